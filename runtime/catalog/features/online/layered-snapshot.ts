import { hasCode } from "../../../../sdk/base/millrace-error.ts";
import { blobKey } from "../../../datastore/blob-key.ts";
import { type FeatureSnapshot, type SnapshotPart, snapshotParts } from "../../../datastore/kinds/feature-snapshot.ts";
import type { Storage } from "../../../datastore/storage.ts";
import { featureError } from "../feature-error.ts";
import { Snapshot, type SnapshotRow } from "./snapshot.ts";

/** A base and the deltas over it: of a key the newest one that has it answers. */
export class LayeredSnapshot {
  /** The base first. */
  readonly parts: readonly Snapshot[];

  constructor(parts: readonly Snapshot[]) {
    this.parts = parts;
  }

  /**
   * @param before - parts that both have stay open
   * @returns null where a part is not there
   * @throws MillraceError `MILLRACE_DAMAGED_BLOB`
   */
  static async open(
    storage: Storage,
    record: FeatureSnapshot,
    before: LayeredSnapshot | null = null,
  ): Promise<LayeredSnapshot | null> {
    const known = new Map(before?.parts.map((part) => [part.key, part]));
    const opened: Snapshot[] = [];
    try {
      const parts: Snapshot[] = [];
      for (const part of snapshotParts(record)) {
        const same = known.get(blobKey(part.blob));
        const one = same ?? (await openPart(storage, part, record.view));
        if (one === null) {
          for (const other of opened) other.close();
          return null;
        }
        if (same === undefined) opened.push(one);
        parts.push(one);
      }
      return new LayeredSnapshot(parts);
    } catch (error) {
      for (const one of opened) one.close();
      throw error;
    }
  }

  get base(): Snapshot {
    return this.parts[0]!;
  }

  /** Without its deltas. */
  get alone(): LayeredSnapshot {
    return new LayeredSnapshot([this.base]);
  }

  /** Null for a key that no part has. */
  async find(keys: readonly string[]): Promise<readonly (SnapshotRow | null)[]> {
    const found = new Array<SnapshotRow | null>(keys.length).fill(null);
    let open = [...keys.keys()];
    for (const part of this.parts.toReversed()) {
      const rows = await part.find(open.map((at) => keys[at]!));
      for (const [number, row] of rows.entries()) found[open[number]!] = row;
      open = open.filter((at) => found[at] === null);
      if (open.length === 0) break;
    }
    return found;
  }

  /** @param name - of a feature that it has */
  value(name: string, row: SnapshotRow | null): unknown {
    return (row?.of ?? this.base).value(name, row);
  }

  /** Every key once with the row that answers, in pieces and in no particular order. */
  async *rows(): AsyncGenerator<readonly (readonly [key: string, row: SnapshotRow])[]> {
    const seen = new Set<string>();
    for (const part of this.parts.toReversed()) {
      for await (const rows of part.blocks()) {
        yield seen.size === 0 ? rows : rows.filter(([key]) => !seen.has(key));
        if (part !== this.base) for (const [key] of rows) seen.add(key);
      }
    }
  }

  /** @param after - parts that it has as well stay open */
  close(after: LayeredSnapshot | null = null): void {
    for (const part of this.parts) if (after?.parts.includes(part) !== true) part.close();
  }
}

/** Of one that is not there somebody has to be told. */
export function missingSnapshot(storage: Storage, { view, blob }: FeatureSnapshot): Error {
  return featureError(`the snapshot of ${view} is not in ${storage.location}`, {
    details: [`key: ${blobKey(blob)}`],
    hint: "run millrace features materialize again",
  });
}

async function openPart(storage: Storage, { blob, size, index }: SnapshotPart, view: string): Promise<Snapshot | null> {
  const key = blobKey(blob);
  for (let isAgain = false; ; isAgain = true) {
    const reader = await storage.openSoon(key);
    if (reader === null) return null;
    try {
      return await Snapshot.open(reader, { size, index, title: `the features ${view}`, key });
    } catch (error) {
      reader.close();
      // A damaged copy on this machine is given up for the blob itself.
      const isCopy = !isAgain && hasCode(error, "MILLRACE_DAMAGED_BLOB") && storage.dropCopy?.(key);
      if (isCopy !== true) throw error;
    }
  }
}
