import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { describeWith } from "../../rigs/describe-with.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { SLURM, slurmForFile } from "../../rigs/slurm/slurm-for-file.ts";
import { latestRun } from "../cell.ts";
import { hashesOf } from "../hashes-of.ts";
import { limited } from "../limited.ts";
import { sampleFlows } from "./sample.ts";

type Hashes = ReturnType<typeof hashesOf>;

const FLOWS = sampleFlows();
const AT_ONCE = 3;
const TIMEOUT_MS = 300_000;

describeWith(SLURM, "artifacts of a flow are the same bytes on Slurm", () => {
  const cluster = slurmForFile();
  const left = new Map<string, Promise<Hashes>>();

  beforeAll(() => {
    const folder = temporaryFolder();
    const env = { ...cluster().env, MILLRACE_CACHE: path.join(folder, "cache") };
    const inLine = limited(AT_ONCE);
    for (const { title, className, command } of FLOWS) {
      for (const engine of ["local", "slurm"]) {
        const run = inLine(async () => {
          const datastore = path.join(folder, `${title}-${engine}`.replaceAll(" ", "-"));
          const args = ["run", ...(engine === "local" ? [] : ["--with", engine]), "--max-workers", "4"];
          const { code, stderr } = await command(args, { ...env, MILLRACE_DATASTORE: datastore });
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
    test("on slurm", { timeout: TIMEOUT_MS }, async () => {
      const here = await left.get(`${title} on local`);
      expect(Object.keys(here ?? {}).length).toBeGreaterThan(1);
      expect(await left.get(`${title} on slurm`)).toEqual(here);
    });
  });
});
