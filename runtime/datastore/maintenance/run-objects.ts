import type { KindTable } from "../kinds/kind-table.ts";
import type { Storage, StoredObject } from "../storage.ts";

/** What lies in the folder of a run. */
export interface RunObjects {
  /** Keys of records that name others. */
  readonly records: string[];
  count: number;
  bytes: number;
  /** When the latest of them was stored. */
  newestAt: number;
}

export interface ObjectsOfRuns {
  readonly byFolder: ReadonlyMap<string, RunObjects>;
  /** What interrupted writers left. */
  readonly temporary: readonly StoredObject[];
}

/** Everything below `flows/` and `spins/`, by the folder of its run. */
export function objectsOfRuns(storage: Storage, kinds: KindTable): ObjectsOfRuns {
  const byFolder = new Map<string, RunObjects>();
  const temporary: StoredObject[] = [];
  for (const root of ["flows", "spins"]) {
    for (const object of storage.walk(root)) {
      if (isTemporary(object.key)) temporary.push(object);
      const [, flow, run, name] = object.key.split("/");
      if (flow === undefined || run === undefined || name === undefined) continue;
      const folder = `${root}/${flow}/${run}`;
      const objects = byFolder.get(folder) ?? { records: [], count: 0, bytes: 0, newestAt: 0 };
      byFolder.set(folder, objects);
      objects.count += 1;
      objects.bytes += object.size;
      objects.newestAt = Math.max(objects.newestAt, object.modifiedAt);
      // In a bucket what grew may continue in objects with a number, which are no kind: they belong to the first one.
      const kind = isTemporary(object.key) ? null : kinds.of(object.key);
      if (kind?.kind.references !== undefined) objects.records.push(object.key);
    }
  }
  return { byFolder, temporary };
}

/** True for what a writer has not put into its place. */
export function isTemporary(key: string): boolean {
  return key.slice(key.lastIndexOf("/") + 1).startsWith(".tmp-");
}
