import { saveArtifact } from "../datastore/load-artifact.ts";
import { type Blobs, hashOf } from "../datastore/blobs.ts";
import type { ItemList, TakenTransition } from "../datastore/records.ts";

/** A transition as the step took it: with the items of a foreach themselves. */
export type Transit =
  | Exclude<TakenTransition, { kind: "foreach" }>
  | {
      readonly kind: "foreach";
      readonly target: string;
      readonly artifact: string;
      readonly items: readonly unknown[];
    };

const ITEMS_PER_BLOB = 512;

/** Stores the items of a foreach one by one: a child loads its own, however many there are. */
export function storedTransition(taken: Transit, blobs: Blobs): TakenTransition {
  if (taken.kind !== "foreach") return taken;
  const { kind, target, artifact, items } = taken;
  return { kind, target, size: items.length, items: storedItems(items, { artifact, blobs }) };
}

function storedItems(items: readonly unknown[], options: { artifact: string; blobs: Blobs }): ItemList {
  const refs = items.map((item, index) => saveArtifact(options.blobs, `${options.artifact}[${index}]`, item));
  const hashes: string[] = [];
  for (let at = 0; at < refs.length; at += ITEMS_PER_BLOB) {
    const bytes = Buffer.from(JSON.stringify(refs.slice(at, at + ITEMS_PER_BLOB)));
    const hash = hashOf([bytes]);
    options.blobs.put(hash, [bytes]);
    hashes.push(hash);
  }
  return { itemsPerBlob: ITEMS_PER_BLOB, blobs: hashes };
}
