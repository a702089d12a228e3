import { saveArtifact } from "../datastore/load-artifact.ts";
import { type Blobs, hashOf } from "../datastore/blobs.ts";
import type { ItemList, ItemRef, TakenTransition } from "../datastore/records.ts";

/** A transition as the step took it: with the items of a foreach themselves. */
export type Transit =
  | Exclude<TakenTransition, { kind: "foreach" }>
  | {
      readonly kind: "foreach";
      readonly target: string;
      readonly artifact: string;
      readonly items: readonly unknown[];
      /** Property that tells the items apart; null if none was named. */
      readonly label: string | null;
    };

const ITEMS_PER_BLOB = 512;

export interface StoreTransitionOptions {
  readonly blobs: Blobs;
  /** Of the items of a foreach; none where nothing shows them. */
  readonly labels: readonly string[];
}

/** Stores the items of a foreach one by one: a child loads its own, however many there are. */
export function storedTransition(taken: Transit, options: StoreTransitionOptions): TakenTransition {
  if (taken.kind !== "foreach") return taken;
  const { kind, target, items } = taken;
  return { kind, target, size: items.length, items: storedItems(taken, options) };
}

function storedItems(
  { artifact, items }: Extract<Transit, { kind: "foreach" }>,
  options: StoreTransitionOptions,
): ItemList {
  const refs = items.map((item, index): ItemRef => {
    const ref = saveArtifact(options.blobs, `${artifact}[${index}]`, item);
    const label = options.labels[index] ?? "";
    return label === "" ? ref : { ...ref, label };
  });
  const hashes: string[] = [];
  for (let at = 0; at < refs.length; at += ITEMS_PER_BLOB) {
    const bytes = Buffer.from(JSON.stringify(refs.slice(at, at + ITEMS_PER_BLOB)));
    const hash = hashOf([bytes]);
    options.blobs.put(hash, [bytes]);
    hashes.push(hash);
  }
  return { itemsPerBlob: ITEMS_PER_BLOB, blobs: hashes };
}
