import fc from "fast-check";
import { expect, test } from "vitest";
import { collectGarbage } from "../../../runtime/datastore/maintenance/collect-garbage.ts";
import { checkStore } from "../../../runtime/datastore/maintenance/check-store.ts";
import { ownRuns } from "../../../runtime/datastore/reader/run-owner.ts";
import { parseKeepRule } from "../../../runtime/datastore/maintenance/keep-rule.ts";
import { type Datastore, datastoreOn, prepareDatastore } from "../../../runtime/datastore/datastore.ts";
import { memoryStorage } from "../../../sdk/testing/memory-storage.ts";
import { readFully } from "./read-fully.ts";
import { blobsIn, DAY_MS, HOUR_MS, large, type StoredRun, storeRun } from "./stored-run.ts";

const CONTENT = fc.integer({ min: 0, max: 9 });
const RUN = fc.record({
  flow: fc.constantFrom("Sample", "Other"),
  ageDays: fc.integer({ min: 0, max: 20 }),
  artifacts: fc.array(CONTENT, { maxLength: 3 }),
  items: fc.option(fc.array(CONTENT, { maxLength: 4 })),
  checkpoint: fc.option(CONTENT),
  tag: fc.constantFrom("", "good"),
  /** How many runs of the flow before is the one that it resumes. */
  originBack: fc.option(fc.integer({ min: 1, max: 3 })),
  isOpen: fc.boolean(),
});
const RULES = fc.subarray(["2", "5d", "tag:good", "1"]);

test("after any gc every run that is there reads as before, and only what no run needs is gone", async () => {
  const property = fc.asyncProperty(fc.array(RUN, { maxLength: 8 }), RULES, async (runs, keep) => {
    const store = oldStore();
    const stored: StoredRun[] = [];
    for (const [index, { originBack, items, checkpoint, tag, isOpen, flow, ageDays, ...run }] of runs.entries()) {
      const earlier = stored.filter((one) => one.flow === flow);
      const origin = originBack === null ? undefined : earlier[earlier.length - originBack];
      stored.push(
        storeRun(store, {
          flow,
          run: `r-${index}`,
          ageMs: ageDays * DAY_MS + HOUR_MS,
          artifacts: Object.fromEntries(run.artifacts.map((content, at) => [`a${at}`, large(content)])),
          tags: tag === "" ? [] : [tag],
          ...(isOpen ? { end: "open" } : {}),
          ...(origin === undefined ? {} : { origin }),
          ...(items === null ? {} : { items: items.map((content) => large(content, 1500)) }),
          ...(checkpoint === null ? {} : { checkpoint: large(checkpoint, 3000) }),
        }),
      );
    }
    for (const content of [1, 77]) store.blobs.put(`${content}`.padStart(64, "0"), [large(content)]);
    const before = new Map(stored.map((run) => [run, readFully(store, run)]));
    const rules = keep.map((text) =>
      parseKeepRule(text, { store, flow: () => "Sample", owner: ownRuns({ username: "ada" }) }),
    );
    const fixed = { rules, flow: null, signal: new AbortController().signal, progress: () => undefined };
    const report = await collectGarbage(store, { ...fixed, isDryRun: false });
    const left = stored.filter(({ flow, run }) => store.runs(flow).includes(run));
    expect(report.runs.filter(({ keptBy }) => keptBy.length > 0)).toHaveLength(left.length);
    if (keep.length === 0) expect(left).toHaveLength(stored.length);
    for (const run of left) expect(readFully(store, run)).toEqual(before.get(run));
    const again = await collectGarbage(store, { ...fixed, isDryRun: true });
    expect(again.removed.blobs.count).toBe(0);
    if (left.length === 0) expect(blobsIn(store)).toEqual([]);
    const signal = fixed.signal;
    const options = { isQuick: false, isRepair: false, copyOf: null, signal, progress: () => undefined };
    expect((await checkStore(store, options)).problems).toEqual([]);
  });
  await fc.assert(property, { numRuns: 40 });
});

/** In memory; what is put into it is forty days old at once. */
function oldStore(): Datastore {
  const storage = memoryStorage();
  const store = datastoreOn({
    ...storage,
    *walk(prefix) {
      const ageMs = prefix === "gc" ? 0 : 40 * DAY_MS;
      for (const object of storage.walk(prefix)) yield { ...object, modifiedAt: object.modifiedAt - ageMs };
    },
  });
  prepareDatastore(store);
  return store;
}
