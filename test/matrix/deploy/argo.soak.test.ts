import path from "node:path";
import { describe, expect, test } from "vitest";
import { EXECUTED } from "../../deploy/shapes/executed.ts";
import { ARGO } from "../../rigs/argo/argo.ts";
import { endOf } from "../../rigs/argo/on-argo.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { folderOfFile, millrace } from "../../rigs/harness.ts";
import { onKubernetes } from "../../rigs/kubernetes/cluster.ts";
import { latestRun } from "../cell.ts";
import { hashesOf } from "../hashes-of.ts";
import { sampleFlows } from "../engines/sample.ts";

// A pod is two containers and a start of Millrace: these show what Argo does of its own.
const TITLES: readonly string[] = EXECUTED.argo.samples;
const FLOWS = sampleFlows().filter(({ title }) => TITLES.includes(title));
const TIMEOUT_MS = 600_000;

describeWith(ARGO, "artifacts of a deployed run are the same bytes on Argo", () => {
  const folder = folderOfFile();

  describe.concurrent.each(FLOWS)("$title", ({ title, className, command }) => {
    test("as those of a run on this machine", { timeout: TIMEOUT_MS }, async ({ expect: expectHere }) => {
      const name = title.replaceAll(" ", "-");
      const [here, there] = ["here", "there"].map((place) => path.join(folder, `${name}-${place}`));
      const env = { ...onKubernetes(folder), MILLRACE_CACHE: path.join(folder, "cache") };
      const local = await command(["run"], { ...env, MILLRACE_DATASTORE: here ?? "" });
      expectHere(local.code, local.stderr).toBe(0);
      const args = ["deploy", "argo", "--name", name, "--with", "kubernetes:cpu=0.1,memory=400"];
      const deployed = await command(args, { ...env, MILLRACE_DATASTORE: there ?? "" });
      expectHere(deployed.code, deployed.stderr).toBe(0);
      const started = await millrace(["deployment", "trigger", name], { datastore: there ?? "", env });
      const end = await endOf(started.stdout.trim());
      expectHere(end).toMatchObject({ phase: "Succeeded" });
      const run = (datastore = "") => hashesOf({ datastore, className }, latestRun({ datastore, className }));
      expectHere(Object.keys(run(here)).length).toBeGreaterThan(1);
      expectHere(run(there)).toEqual(run(here));
      const checked = await millrace(["fsck"], { datastore: there ?? "" });
      expectHere(checked.code, checked.stdout).toBe(0);
    });
  });

  test("shapes that are tried are there", () => {
    expect(FLOWS.map(({ title }) => title).sort()).toEqual([...TITLES].sort());
  });
});
