import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { describeWith } from "../../rigs/describe-with.ts";
import { folderOfFile } from "../../rigs/harness.ts";
import { KUBERNETES, onKubernetes } from "../../rigs/kubernetes/cluster.ts";
import { latestRun } from "../cell.ts";
import { hashesOf } from "../hashes-of.ts";
import { limited } from "../limited.ts";
import { sampleFlows } from "./sample.ts";

type Hashes = ReturnType<typeof hashesOf>;

const FLOWS = sampleFlows();
const PLACES = { local: [], kubernetes: ["--with", "kubernetes:cpu=0.2,memory=512"] } as const;
const AT_ONCE = 3;
const TIMEOUT_MS = 600_000;

describeWith(KUBERNETES, "artifacts of a flow are the same bytes on Kubernetes", () => {
  const left = new Map<string, Promise<Hashes>>();
  const folder = folderOfFile();

  beforeAll(() => {
    const inLine = limited(AT_ONCE);
    for (const { title, className, command } of FLOWS) {
      for (const [place, args] of Object.entries(PLACES)) {
        const datastore = path.join(folder, `${title}-${place}`.replaceAll(" ", "-"));
        const env = { ...onKubernetes(folder), MILLRACE_CACHE: path.join(folder, "cache") };
        const run = inLine(async () => {
          const { code, stderr } = await command(["run", ...args], { ...env, MILLRACE_DATASTORE: datastore });
          expect(code, stderr).toBe(0);
          return hashesOf({ datastore, className }, latestRun({ datastore, className }));
        });
        // Each is awaited by its own test.
        run.catch(() => undefined);
        left.set(`${title} on ${place}`, run);
      }
    }
  });

  describe.each(FLOWS)("$title", ({ title }) => {
    test("on kubernetes", { timeout: TIMEOUT_MS }, async () => {
      const here = await left.get(`${title} on local`);
      expect(Object.keys(here ?? {}).length).toBeGreaterThan(1);
      expect(await left.get(`${title} on kubernetes`)).toEqual(here);
    });
  });
});
