import { type FireRecord, fireKey, firesFolder, parseFire } from "./kinds/fire.ts";
import { neitherMadeNorRead } from "./neither-made-nor-read.ts";
import { newRunId } from "./new-run-id.ts";
import { RECORD_FORMAT } from "./records.ts";
import type { Storage } from "./storage.ts";

/** Who creates a fire has decided; everyone else reads what was decided. */
export class Fires {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /**
   * The fire of that name, which is the one given unless there was one before.
   * @throws MillraceError `MILLRACE_STORAGE` where something else lies in its place
   */
  decide(name: string, fire: Omit<FireRecord, "format">): { readonly fire: FireRecord; readonly isNew: boolean } {
    const record: FireRecord = { format: RECORD_FORMAT, ...fire };
    const key = fireKey(fire.deployment, name);
    if (this.#storage.create(key, [Buffer.from(`${JSON.stringify(record)}\n`)])) return { fire: record, isNew: true };
    const there = this.find(fire.deployment, name);
    // Nobody removes a fire.
    if (there === null) throw neitherMadeNorRead(key);
    return { fire: there, isNew: false };
  }

  /** Null where nothing was decided under that name. */
  find(deployment: string, name: string): FireRecord | null {
    const key = fireKey(deployment, name);
    const bytes = this.#storage.read(key);
    return bytes === null ? null : parseFire(Buffer.from(bytes).toString(), key);
  }

  has(deployment: string, name: string): boolean {
    return this.#storage.has(fireKey(deployment, name));
  }

  /** Names of all fires of a deployment: those of instants sort by time. */
  names(deployment: string): string[] {
    const names = this.#storage.list(firesFolder(deployment)).filter((name) => name.endsWith(".json"));
    return names.map((name) => name.slice(0, -".json".length));
  }
}

/** The name of the fire of an instant: `at-20260301T050000Z`. */
export function instantFire(instant: number): string {
  return `at-${new Date(instant).toISOString().replace(/[-:]|\.\d+/g, "")}`;
}

/** The name of the fire of an event. */
export function eventFire(id: string): string {
  return `event-${id}`;
}

/** The name of the fire of a run that succeeded. */
export function finishFire({ flow, run }: { readonly flow: string; readonly run: string }): string {
  return `finish-${flow}-${run}`;
}

/** A name of a fire that a person orders: each time another one. */
export function handFire(): string {
  return `hand-${newRunId(Date.now())}`;
}
