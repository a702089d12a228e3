import { resultOfEntry } from "../kinds/cache.ts";
import { parseLocator } from "../records.ts";
import type { Storage, StoredObject } from "../storage.ts";
import { announced } from "./announced.ts";

export interface CacheEntryFound {
  readonly object: StoredObject;
  /** The run that its result lies in; null if it is not an entry. */
  readonly run: string | null;
}

/** Every entry of the cache, with the run it points to. */
export function* cacheEntries(storage: Storage): Generator<CacheEntryFound> {
  const objects = [...storage.walk("cache")].filter(({ key }) => /^cache\/[0-9a-f]{2}\/[0-9a-f]{62}\.json$/.test(key));
  const want = ({ key }: StoredObject) => ({ op: "read", key }) as const;
  for (const object of announced(objects, { storage, want })) {
    const bytes = storage.read(object.key);
    if (bytes !== null) yield { object, run: runNamedBy(bytes) };
  }
}

function runNamedBy(bytes: Uint8Array): string | null {
  const result = resultOfEntry(Buffer.from(bytes).toString());
  return result === null ? null : parseLocator(result).run;
}
