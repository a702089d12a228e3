import type { Datastore } from "../../datastore/datastore.ts";
import { type ModelDraft, modelVersionKey, type ModelVersion } from "../../datastore/kinds/model-version.ts";
import { RECORD_FORMAT } from "../../datastore/records.ts";
import { MAX_TRIES, neitherMadeNorRead } from "../../datastore/neither-made-nor-read.ts";
import { ModelStore } from "./model-store.ts";

export interface NewModelVersion {
  readonly model: string;
  readonly draft: ModelDraft;
  /** Versions up to this one are known to be others; null where nobody else can have registered the same. */
  readonly after: number | null;
}

/**
 * Registers a version under the next number that none has, unless the same registration has one already. A number is taken
 * only once all before it are: of many that register at once each gets its own, and none is left out.
 */
export function registerVersion(store: Datastore, { model, draft, after }: NewModelVersion): ModelVersion {
  const models = new ModelStore(store);
  const same = (number: number) => {
    const there = models.readable(model, number);
    return there?.registration === draft.registration ? there : null;
  };
  for (let [seen, tries] = [after ?? Infinity, 0]; ; tries += 1) {
    const numbers = models.numbers(model);
    for (const number of numbers) {
      const there = number > seen ? same(number) : null;
      if (there !== null) return there;
    }
    const last = numbers.at(-1) ?? 0;
    const version: ModelVersion = { format: RECORD_FORMAT, model, number: last + 1, time: Date.now(), ...draft };
    if (store.storage.create(modelVersionKey(model, last + 1), [Buffer.from(`${JSON.stringify(version)}\n`)]))
      return version;
    // Somebody else's; or this very one, where the answer to writing it was lost.
    const there = same(last + 1);
    if (there !== null) return there;
    if (tries > MAX_TRIES && !models.numbers(model).includes(last + 1))
      throw neitherMadeNorRead(modelVersionKey(model, last + 1));
    if (after !== null) seen = last + 1;
  }
}

const CLOCKS_DIFFER_MS = 3_600_000;

/** The last version that surely was there before a time: one that was registered since then is behind it. */
export function lastBefore(store: Datastore, { model, time }: { model: string; time: number }): number {
  const models = new ModelStore(store);
  const before = (number: number) => (models.readable(model, number)?.time ?? Infinity) < time - CLOCKS_DIFFER_MS;
  return models.numbers(model).findLast(before) ?? 0;
}
