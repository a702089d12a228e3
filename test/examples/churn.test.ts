import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { models } from "../../sdk/models/index.ts";
import { node, ROOT, temporaryFolder, TSX } from "../rigs/harness.ts";

test(
  "churn: a model is trained, served, found to have drifted, trained again by the alarm and replaced, in one command",
  { timeout: 600_000 },
  async () => {
    const datastore = path.join(temporaryFolder(), "store");
    const started = await node([TSX, path.join(ROOT, "examples/churn/start.ts")], { datastore });
    expect(started.code, started.stdout + started.stderr).toBe(0);
    const [, trained = "", deployed, asked, drift = "", retrained, swapped, askedAgain, answered, ended] =
      started.stdout.split(/^(?=\d\. )/m);

    const run = await models.get("churn@1", { datastore });
    expect(trained).toContain("registered churn@1");
    expect(deployed).toMatch(/deployed ChurnFlow.*\n +on drift:churn[^]*http:\S+ answers with churn@1/);
    expect(asked).toContain("no drift in 12 columns (churn@1: 261 rows");
    expect(drift).toMatch(/DRIFT in \d+ of 12 columns[^]*input\.age +DRIFT +large[^]*drift:churn is published for \d/);
    expect(retrained).toMatch(/requests to churn@1 have drifted[^]*AUC 0\.936, that of churn@1 0\.874/);
    expect(swapped).toMatch(/churn@2 answers now; of \d+ requests so far 0 failed/);
    expect(askedAgain).toContain("no drift in 12 columns (churn@2:");
    expect(accuracyIn(asked)).toBeGreaterThan(90);
    expect(accuracyIn(drift)).toBeLessThan(accuracyIn(asked));
    expect(accuracyIn(askedAgain)).toBeGreaterThan(90);
    const retraining = await models.get("churn@production", { datastore });
    expect(retraining.number).toBe(2);
    for (const part of [retraining.pathspec.split("/model")[0], retraining.hash.slice(0, 8), "training  Array(2137)"])
      expect(answered).toContain(part);
    expect(answered).toMatch(/code +examples\/churn\/flow\.ts, package [0-9a-f]{8}/);
    expect(ended).toContain("have ended");

    const moves = await models.history("churn", { datastore });
    expect(moves.map(({ from, to, why }) => ({ from, to, why }))).toEqual([
      { from: null, to: 1, why: "trained by hand" },
      { from: 1, to: 2, why: "churn@1 drifted" },
    ]);
    const lineage = await retraining.lineage();
    expect(lineage.parameters).toMatchObject({ drifted: 1, oldest: 99 });
    expect(lineage.run.pathspec).not.toBe((await run.lineage()).run.pathspec);
    expect(stillRunning(datastore)).toEqual([]);
  },
);

function accuracyIn(report: string | undefined): number {
  return Number(/accuracy +([\d.]+) %/.exec(report ?? "")?.[1]);
}

/** Command lines of processes that have this datastore. */
function stillRunning(datastore: string): string[] {
  return fs.readdirSync("/proc").flatMap((pid) => {
    try {
      const isOurs = fs.readFileSync(`/proc/${pid}/environ`, "utf8").includes(`MILLRACE_DATASTORE=${datastore}\0`);
      return isOurs ? [fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")] : [];
    } catch {
      return [];
    }
  });
}
