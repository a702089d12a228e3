import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { loadArtifacts } from "../../../runtime/datastore/load-artifact.ts";
import { listRuns } from "../../../runtime/datastore/reader/list-runs.ts";
import { readRun } from "../../../runtime/datastore/reader/read-run.ts";
import type { RunSummary } from "../../../runtime/datastore/reader/run-summary.ts";
import { airflowVersion } from "../../rigs/airflow/airflow-home.ts";
import { startAirflow } from "../../rigs/airflow/airflow-scheduler.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace, temporaryFolder } from "../../rigs/harness.ts";

const TIMEOUT_MS = 1_800_000;
const POLL_MS = 1000;
const FLOWS = path.join(import.meta.dirname, "flows");
const AIRFLOW = airflowVersion(3);

describeWith(AIRFLOW, "a scheduler of Airflow 3", () => {
  test(
    "starts a deployed flow at its instants and by hand, and the flow that follows it, and pauses it",
    { timeout: TIMEOUT_MS },
    async () => {
      const home = AIRFLOW.home();
      const datastore = temporaryFolder();
      const { url, token, said } = await startAirflow(home, {});
      const env = { MILLRACE_AIRFLOW_DAGS: home.dags, MILLRACE_AIRFLOW_URL: url, MILLRACE_AIRFLOW_TOKEN: token };
      const ask = (...args: string[]) => millrace(args, { datastore, env });
      for (const file of ["each-minute.ts", "follows.ts"]) {
        const deployed = await ask("deploy", path.join(FLOWS, file), "airflow");
        expect(deployed.code, deployed.stderr).toBe(0);
      }
      const store = openDatastore(datastore);
      const found = async (flow: string, is: (run: RunSummary) => boolean) => {
        for (;;) {
          const runs = [...listRuns(store, { flow })].map(({ run }) => readRun(store, { flow, run }));
          const failed = runs.find(({ status }) => status === "failed");
          if (failed !== undefined) throw new Error(`${flow}/${failed.run} has failed:\n${said()}`);
          const run = runs.find((one) => one.status === "succeeded" && is(one));
          if (run !== undefined) return run;
          await sleep(POLL_MS);
        }
      };
      const timed = await found("EachMinuteFlow", ({ document }) => document.trigger?.scheduledAt != null);
      expect(new Date(timed.document.trigger?.scheduledAt ?? 1).getUTCSeconds()).toBe(0);
      expect(timed.tasks.map(({ step }) => step)).toEqual(["start"]);

      const follower = await found("FollowsFlow", () => true);
      expect(follower.document.trigger?.runs).toEqual([expect.stringMatching(/^EachMinuteFlow\//)]);

      const triggered = await ask("deployment", "trigger", "EachMinuteFlow", "--word", "by hand");
      expect(triggered.code, triggered.stderr).toBe(0);
      const byHand = await found("EachMinuteFlow", ({ document }) => document.trigger?.scheduledAt == null);
      expect(loadArtifacts(store.blobs, byHand.document.parameters)).toMatchObject({ word: "by hand" });

      const paused = await ask("deployment", "pause", "EachMinuteFlow");
      expect(paused.code, paused.stderr).toBe(0);
      const answer = await fetch(`${url}/api/v2/dags/EachMinuteFlow`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(await answer.json()).toMatchObject({ is_paused: true });
    },
  );
});
