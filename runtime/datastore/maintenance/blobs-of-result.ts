import { blobKey } from "../blob-key.ts";
import type { Blobs } from "../blobs.ts";
import { damagedRecord, parseJson } from "../parse-record.ts";
import { type FileList, filesKind } from "../kinds/files.ts";
import { faultOfItems } from "../shapes/parts.ts";
import type { ArtifactRef, ArtifactTable, AttemptResult, ItemRef, TakenTransition } from "../records.ts";

/** Blobs that a table names. Small values lie in the table itself. */
function* blobsOfTable(blobs: Blobs, table: ArtifactTable | undefined): Generator<string> {
  for (const ref of Object.values(table ?? {})) yield* blobsOfValue(blobs, ref);
}

/** A list of files that is not there is named, the files are not. */
function* blobsOfValue(blobs: Blobs, { hash, data, files }: ArtifactRef): Generator<string> {
  if (data === undefined) yield hash;
  if (files === undefined) return;
  yield files;
  for (const file of filesIfThere(blobs, files)) yield file.hash;
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
  yield* blobsOfTable(blobs, artifacts);
  for (const list of itemLists(next)) {
    yield list;
    for (const ref of itemsIfThere(blobs, list)) yield* blobsOfValue(blobs, ref);
  }
}

function itemsIfThere(blobs: Blobs, list: string): readonly ItemRef[] {
  try {
    return itemsIn(blobs, list);
  } catch {
    return [];
  }
}

function filesIfThere(blobs: Blobs, list: string): FileList["files"] {
  try {
    return filesKind.parse?.(Buffer.from(blobs.get(list)).toString(), blobKey(list)).files ?? [];
  } catch {
    return [];
  }
}
