import { isKeyPart } from "./check-key.ts";

/** What the names in the inbox say. */
export interface InboxNames {
  /** Ids. */
  readonly events: readonly string[];
  readonly changes: readonly { readonly deployment: string; readonly sequence: number }[];
  readonly finished: readonly { readonly flow: string; readonly run: string }[];
  readonly fires: readonly FirePlace[];
  /** Of each open fire the numbers of its starts. */
  readonly starts: readonly (FirePlace & { readonly number: number })[];
  readonly slots: readonly SlotPlace[];
}

const PARTS: Readonly<Record<string, number>> = { event: 1, changed: 2, finished: 2, fire: 2, start: 3, slot: 3 };

/** @param names - of the folder; what no scheduler knows is left alone */
export function inboxNames(names: readonly string[]): InboxNames {
  const found = {
    events: [] as string[],
    changes: [] as { deployment: string; sequence: number }[],
    finished: [] as { flow: string; run: string }[],
    fires: [] as FirePlace[],
    starts: [] as (FirePlace & { number: number })[],
    slots: [] as SlotPlace[],
  };
  for (const name of names) {
    if (!name.endsWith(".json")) continue;
    const [kind = "", ...parts] = name.slice(0, -".json".length).split("~");
    // Its parts become keys.
    if (!parts.slice(0, PARTS[kind]).every(isKeyPart) || parts.length < (PARTS[kind] ?? 0)) continue;
    const [one = "", two = "", three = ""] = parts;
    if (kind === "event") found.events.push(one);
    else if (kind === "changed") found.changes.push({ deployment: one, sequence: Number(two) });
    else if (kind === "finished") found.finished.push({ flow: one, run: two });
    else if (kind === "fire") found.fires.push({ deployment: one, fire: two });
    else if (kind === "start") found.starts.push({ deployment: one, fire: two, number: Number(three) });
    else if (kind === "slot") found.slots.push({ queue: one, slot: Number(two), number: Number(three) });
  }
  return found;
}

/** A fire of a deployment. */
export interface FirePlace {
  readonly deployment: string;
  readonly fire: string;
}

/** A slot of a queue, and how often it was taken. */
export interface SlotPlace {
  readonly queue: string;
  readonly slot: number;
  readonly number: number;
}

export function startName({ deployment, fire, number }: FirePlace & { readonly number: number }): string {
  return `start~${deployment}~${fire}~${number}`;
}

export function slotName({ queue, slot, number }: SlotPlace): string {
  return `slot~${queue}~${slot}~${number}`;
}
