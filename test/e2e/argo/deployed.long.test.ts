import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ARGO } from "../../rigs/argo/argo.ts";
import {
  type ArgoPlace,
  cronWorkflowOf,
  deployToArgo,
  endOf,
  firstScheduled,
  scheduled,
  triggered,
} from "../../rigs/argo/on-argo.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { folderOfFile, millrace, readArtifacts, readParameters, tasksOf, withRun } from "../../rigs/harness.ts";
import { kubectl, onKubernetes } from "../../rigs/kubernetes/cluster.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";

function flowText(name: string): string {
  return fs.readFileSync(fileURLToPath(new URL(`flows/${name}.ts`, import.meta.url)), "utf8");
}

const SLOW = 600_000;

describeWith(ARGO, "deployments on Argo", () => {
  const folder = folderOfFile();

  /** Deployed from a project of its own. */
  async function deployed(name: string, { text, args = [] }: { text: string; args?: readonly string[] }) {
    const place: ArgoPlace = { folder, datastore: path.join(folder, name), name };
    const project = makeProject({ "package.json": ESM, "tsconfig.json": STANDARD, "flow.ts": text });
    const file = path.join(project, "flow.ts");
    await deployToArgo(file, { place, args, cwd: project });
    const read = () =>
      withRun({ code: 0, signal: null, stdout: "", stderr: "", events: [], datastore: place.datastore });
    const command = (...words: readonly string[]) =>
      millrace(words, { datastore: place.datastore, env: onKubernetes(folder), cwd: project });
    return { place, file, read, command };
  }

  test(
    "a run that fails is recorded with its attempts, tells the hook, and is resumed from a laptop",
    { timeout: SLOW },
    async () => {
      const told = path.join(folder, "told.json");
      const { place, file, read, command } = await deployed("fragile", {
        text: flowText("fragile").replace('"TOLD"', JSON.stringify(told)),
      });
      const end = await triggered(place);
      expect(end.phase).toBe("Failed");
      const failed = read();
      expect(failed.summary).toMatchObject({ status: "failed" });
      expect(tasksOf(failed, "fit")[0]).toMatchObject({ status: "failed", attempt: 1 });
      expect(tasksOf(failed, "fit")[0]?.error?.message).toContain("the data of last night are broken");
      expect(JSON.parse(fs.readFileSync(told, "utf8"))).toMatchObject({
        ...{ flow: "FragileFlow", run: failed.run, status: "failed" },
        error: { step: "fit" },
      });
      const resumed = await command("resume", file, "--origin-run-id", failed.run, "--healthy");
      expect(resumed.code, resumed.stderr).toBe(0);
      expect(readArtifacts(read(), "end")).toMatchObject({ loaded: 20, fitted: 40 });
      expect((await command("fsck")).code).toBe(0);
    },
  );

  test(
    "a schedule starts runs that know their instant, unless it is paused; what was removed leaves nothing",
    { timeout: SLOW },
    async () => {
      const { place, read, command } = await deployed("each-minute", {
        text: flowText("each-minute"),
        args: ["--paused", "--word", "of the deployment"],
      });
      const suspended = () =>
        kubectl("get", "cronworkflow", cronWorkflowOf(place), "--output", "jsonpath={.spec.suspend}");
      expect(suspended()).toBe("true");
      const unpaused = await command("deployment", "unpause", place.name);
      expect(unpaused.code, unpaused.stderr).toBe(0);
      expect(suspended()).not.toBe("true");
      const workflow = await firstScheduled(place);
      expect((await command("deployment", "pause", place.name)).code).toBe(0);
      expect(suspended()).toBe("true");
      expect(await endOf(workflow)).toMatchObject({ phase: "Succeeded" });
      const run = read();
      const { deployment, trigger } = run.store.record(run.flow, run.run).document();
      expect(deployment).toEqual({ name: place.name, version: 1, target: "argo" });
      // Argo names it after the instant.
      expect(workflow).toContain(String((trigger?.scheduledAt ?? 0) / 1000));
      expect((trigger?.scheduledAt ?? 1) % 60_000).toBe(0);
      expect(readParameters(run)).toMatchObject({ word: "of the deployment" });
      expect((await command("deployment", "remove", place.name)).code).toBe(0);
      const label = `millrace.deployment=${place.name}`;
      expect(kubectl("get", "cronworkflow,workflowtemplate", "--selector", label, "--output", "name")).toBe("");
    },
  );

  test(
    "a pause is not made up for, and a workflow that goes on outlives the deployment",
    { timeout: SLOW },
    async () => {
      const { place, command } = await deployed("paused-for-long", { text: flowText("each-minute") });
      // As if it had last fired a year ago.
      const fired = JSON.stringify({ spec: { suspend: true }, status: { lastScheduledTime: "2025-01-01T00:00:00Z" } });
      expect((await command("deployment", "pause", place.name)).code).toBe(0);
      kubectl("patch", "cronworkflow", cronWorkflowOf(place), "--type", "merge", "--patch", fired);
      const before = scheduled(place);
      const unpausedAt = Date.now();
      expect((await command("deployment", "unpause", place.name)).code).toBe(0);
      let started: readonly string[] = [];
      while (started.length === 0) {
        started = scheduled(place).filter((name) => !before.includes(name));
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      // It is named after its instant.
      const instants = started.map((name) => Number(name.split("-").at(-1)) * 1000);
      expect(Math.min(...instants)).toBeGreaterThanOrEqual(unpausedAt);
      expect((await command("deployment", "remove", place.name)).code).toBe(0);
      expect(await endOf(started[0] ?? "")).toMatchObject({ phase: "Succeeded" });
    },
  );

  test(
    "parameters of a run by hand win, and a rollback brings the version before back",
    { timeout: SLOW },
    async () => {
      const text = flowText("each-minute");
      const { place, file, read, command } = await deployed("by-hand", { text, args: ["--paused", "--word", "first"] });
      const again = await command("deploy", file, "argo", "--name", place.name, "--word", "second");
      expect(again.code, again.stderr).toBe(0);
      expect((await command("deployment", "rollback", place.name)).code).toBe(0);
      expect((await triggered(place)).phase).toBe("Succeeded");
      expect(readParameters(read())).toMatchObject({ word: "first" });
      expect((await triggered(place, "--word", "by hand")).phase).toBe("Succeeded");
      expect(readParameters(read())).toMatchObject({ word: "by hand" });
    },
  );
});
