import { expect, test } from "vitest";
import { checkStore } from "../../../runtime/datastore/maintenance/check-store.ts";
import { collectGarbage } from "../../../runtime/datastore/maintenance/collect-garbage.ts";
import { type Datastore, datastoreOn, prepareDatastore } from "../../../runtime/datastore/datastore.ts";
import { MOTO } from "../../rigs/aws/moto.ts";
import type { SeenRequest } from "../../rigs/aws/proxy/fault.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { rigForFile } from "../s3/rig.ts";
import { readFully } from "./read-fully.ts";
import { DAY_MS, HOUR_MS, large, storeRun } from "./stored-run.ts";

const QUIET = { signal: new AbortController().signal, progress: () => undefined };
const RUNS = 40;

/** The same bucket, two hours later: nothing can make an object in it older. */
function later({ storage }: Datastore): Datastore {
  return datastoreOn({
    ...storage,
    *walk(prefix) {
      const ageMs = prefix === "gc" ? 0 : 2 * HOUR_MS;
      for (const object of storage.walk(prefix)) yield { ...object, modifiedAt: object.modifiedAt - ageMs };
    },
  });
}

/** By what is asked for, as a bill lists it. */
function countOf(requests: readonly SeenRequest[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { op } of requests) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
}

describeWith(MOTO, "care of a bucket", () => {
  const rig = rigForFile();

  test("gc keeps what a rule keeps and fsck finds it sound, for a few requests a run", async () => {
    const { truth, via, proxy } = rig();
    prepareDatastore(truth);
    for (let index = 0; index < RUNS; index += 1) {
      const run = `a-${String(index).padStart(2, "0")}`;
      storeRun(truth, {
        run,
        ageMs: DAY_MS,
        artifacts: { own: large(index), shared: large(99) },
        checkpoint: large(98),
      });
    }
    const rules = [{ text: "30", kind: "latest", count: 30 }] as const;
    await proxy.clear();
    const report = await collectGarbage(later(via), { rules, flow: null, isDryRun: false, ...QUIET });
    const asked = countOf(await proxy.requests());
    expect(report.removed).toMatchObject({ runs: { count: 10 }, blobs: { count: 10 } });
    for (let index = 10; index < RUNS; index += 1) readFully(truth, { flow: "Sample", run: `a-${index}` });
    expect(truth.runs("Sample")).toHaveLength(30);
    const total = Object.values(asked).reduce((sum, count) => sum + count, 0);
    // Of each run: run.json, the journal's end and whole, a segment, a checkpoint; of each folder of blobs: lease and list.
    // Where that takes long, what was fetched ahead is too old, and two of them are asked for again.
    expect(total, JSON.stringify(asked)).toBeLessThan((6 + 2) * RUNS + 60 + 10 * 5);
    const options = { isQuick: false, isRepair: false, copyOf: null, ...QUIET };
    expect(await checkStore(via, options)).toMatchObject({ problems: [], checked: { runs: 30, results: 30 } });
  });

  test("a damaged blob is made good from the copy on this machine", async () => {
    const { truth, cached, location } = rig();
    const { run, flow } = storeRun(truth, { run: "c-1", artifacts: { model: large(50) } });
    const record = truth.record(flow, run);
    const [committed] = record.committed();
    const { hash = "", size } = record.resultAt(committed?.locator ?? "").artifacts["model"] ?? {};
    cached.blobs.get(hash);
    const key = `blobs/sha256/${hash.slice(0, 2)}/${hash.slice(2)}`;
    truth.storage.write(key, [large(51, size)]);
    const store = rig().open(location);
    const copyOf = (wanted: string) => cached.blobs.get(wanted);
    const options = { isQuick: false, isRepair: true, copyOf, ...QUIET };
    expect((await checkStore(store, options)).problems).toMatchObject([{ kind: "blob", isRepaired: true }]);
    readFully(rig().open(location), { flow, run });
    expect((await checkStore(store, { ...options, isRepair: false })).problems).toEqual([]);
  });
});
