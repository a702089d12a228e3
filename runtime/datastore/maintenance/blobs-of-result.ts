import { blobKey } from "../blob-key.ts";
import type { Blobs } from "../blobs.ts";
import { damagedRecord, parseJson } from "../parse-record.ts";
import { faultOfItems } from "../shapes/parts.ts";
import type { ArtifactTable, AttemptResult, ItemRef, TakenTransition } from "../records.ts";

/** Blobs that a table names. Small values lie in the table itself. */
function* blobsOfTable(table: ArtifactTable | undefined): Generator<string> {
  for (const ref of Object.values(table ?? {})) if (ref.data === undefined) yield ref.hash;
}

/** Blobs that are lists of items, which name further blobs. */
function itemLists(next: TakenTransition | null | undefined): readonly string[] {
  return next?.kind === "foreach" ? next.items.blobs : [];
}

/** Items of one list. */
export function itemsIn(blobs: Blobs, list: string): readonly ItemRef[] {
  const key = blobKey(list);
  const items = parseJson(Buffer.from(blobs.get(list)).toString(), key);
  const fault = faultOfItems(items);
  if (fault !== null) throw damagedRecord(key, `it is not a list of items: ${fault}`);
  return items as readonly ItemRef[];
}

/** All that the result of one attempt needs. A list that is not there is named, what it held is not. */
export function* blobsOfResult(blobs: Blobs, { artifacts, next }: AttemptResult): Generator<string> {
  yield* blobsOfTable(artifacts);
  for (const list of itemLists(next)) {
    yield list;
    for (const { hash, data } of itemsIfThere(blobs, list)) if (data === undefined) yield hash;
  }
}

function itemsIfThere(blobs: Blobs, list: string): readonly ItemRef[] {
  try {
    return itemsIn(blobs, list);
  } catch {
    return [];
  }
}
