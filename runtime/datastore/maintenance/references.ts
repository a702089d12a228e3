import { blobKey } from "../blob-key.ts";
import type { Blobs } from "../blobs.ts";
import type { RunEvent } from "../events.ts";
import { damagedRecord, parseJson } from "../parse-record.ts";
import { faultOfItems } from "../record-shapes.ts";
import type { ParameterDefinition, ReleaseDocument } from "../release-document.ts";
import type { ArtifactRef, ArtifactTable, AttemptResult, RunDocument, TakenTransition } from "../records.ts";

/** Blobs that a table names. Small values lie in the table itself. */
export function* blobsOfTable(table: ArtifactTable | undefined): Generator<string> {
  for (const ref of Object.values(table ?? {})) if (ref.data === undefined) yield ref.hash;
}

export function* blobsOfDocument(document: RunDocument): Generator<string> {
  yield document.code;
  yield* blobsOfShipment(document.shipment);
  yield* blobsOfTable(document.parameters);
  yield* blobsOfTable(document.configs);
  if (document.release !== undefined) yield document.release;
}

export function* blobsOfRelease(release: ReleaseDocument): Generator<string> {
  yield release.code;
  yield* blobsOfShipment(release.shipment);
  yield* blobsOfTable(release.configs);
  for (const definition of release.parameters) yield* blobsOfTable(refsOf(definition));
}

/** What the definition of a parameter names. */
export function refsOf(definition: ParameterDefinition): ArtifactTable {
  const choices = definition.kind === "parameter" ? definition.choices : null;
  return {
    ...(definition.default === null ? {} : { default: definition.default }),
    ...(choices === null ? {} : { choices }),
  };
}

export function* blobsOfShipment(shipment: RunDocument["shipment"]): Generator<string> {
  if (shipment === undefined) return;
  yield shipment.runtime;
  for (const { archives, install } of [shipment.project, ...Object.values(shipment.environments)]) {
    for (const { blob } of archives) yield blob;
    if (install !== null) yield install.lock;
  }
}

/** Blobs that are lists of items, which name further blobs. */
export function itemLists(next: TakenTransition | null | undefined): readonly string[] {
  return next?.kind === "foreach" ? next.items.blobs : [];
}

export function itemListsOf(event: RunEvent): readonly string[] {
  return event.type === "task-succeeded" || event.type === "task-reused" ? itemLists(event.next) : [];
}

/** Items of one list. */
export function itemsIn(blobs: Blobs, list: string): readonly ArtifactRef[] {
  const key = blobKey(list);
  const items = parseJson(Buffer.from(blobs.get(list)).toString(), key);
  const fault = faultOfItems(items);
  if (fault !== null) throw damagedRecord(key, `it is not a list of items: ${fault}`);
  return items as readonly ArtifactRef[];
}

/** All that the result of one attempt needs. A list that is not there is named, what it held is not. */
export function* blobsOfResult(blobs: Blobs, { artifacts, next }: AttemptResult): Generator<string> {
  yield* blobsOfTable(artifacts);
  for (const list of itemLists(next)) {
    yield list;
    for (const { hash, data } of itemsIfThere(blobs, list)) if (data === undefined) yield hash;
  }
}

function itemsIfThere(blobs: Blobs, list: string): readonly ArtifactRef[] {
  try {
    return itemsIn(blobs, list);
  } catch {
    return [];
  }
}
