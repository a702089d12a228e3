import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { batchEnvironment } from "../../rigs/aws/batch-environment.ts";
import { makeBucket, motoForFile } from "../../rigs/aws/moto.ts";
import { BATCH } from "../../e2e/batch/batch-for-file.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { latestRun } from "../cell.ts";
import { hashesOf } from "../hashes-of.ts";
import { limited } from "../limited.ts";
import { sampleFlows } from "./sample.ts";

type Hashes = ReturnType<typeof hashesOf>;

const FLOWS = sampleFlows();
const ENGINES = ["docker", "batch"] as const;
const ALL = ["local", ...ENGINES] as const;
/** Two flows at once with two tasks each: at most four containers. */
const AT_ONCE = 2;
const TIMEOUT_MS = 300_000;

describeWith(BATCH, "artifacts of a flow are the same bytes wherever it runs", () => {
  const moto = motoForFile();
  const left = new Map<string, Promise<Hashes>>();

  beforeAll(async () => {
    // Runs outlive the test that is under way when they start.
    const folder = temporaryFolder();
    const settings = { ...(await batchEnvironment(moto.url())), MILLRACE_CACHE: path.join(folder, "cache") };
    Object.assign(process.env, settings);
    const inLine = limited(AT_ONCE);
    for (const { title, className, command } of FLOWS) {
      for (const engine of ALL) {
        const run = inLine(async () => {
          const datastore =
            engine === "batch"
              ? `s3://${await makeBucket(moto.url())}/store`
              : path.join(folder, `${title}-${engine}`.replaceAll(" ", "-"));
          const args = ["run", ...(engine === "local" ? [] : ["--with", engine]), "--max-workers", "2"];
          const { code, stderr } = await command(args, { ...settings, MILLRACE_DATASTORE: datastore });
          expect(code, stderr).toBe(0);
          return hashesOf({ datastore, className }, latestRun({ datastore, className }));
        });
        // Each is awaited by its own test.
        run.catch(() => undefined);
        left.set(`${title} on ${engine}`, run);
      }
    }
  });

  describe.each(FLOWS)("$title", ({ title }) => {
    test.each(ENGINES)("on %s", { timeout: TIMEOUT_MS }, async (engine) => {
      const here = await left.get(`${title} on local`);
      expect(Object.keys(here ?? {}).length).toBeGreaterThan(1);
      expect(await left.get(`${title} on ${engine}`)).toEqual(here);
    });
  });
});
