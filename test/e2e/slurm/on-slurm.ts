import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { readRun } from "../../../runtime/datastore/reader/read-run.ts";
import { millrace, temporaryFolder, withRun } from "../../rigs/harness.ts";
import type { SlurmCluster } from "../../rigs/slurm/start-slurm.ts";
import { startFlow, type StartedFlow } from "../resume/started-flow.ts";

/** The flow that waits for a file in a folder that it shares with the test. */
const BUSY = fileURLToPath(new URL("../docker/flows/busy.ts", import.meta.url));
export const NAME = "BusyContainersFlow";

/** A datastore, and a folder that the flow's jobs share with the test. */
export function scene(cluster: SlurmCluster, env: Readonly<Record<string, string>> = {}) {
  const gate = temporaryFolder();
  const datastore = path.join(temporaryFolder(), "store");
  const options = { datastore, env: { ...cluster.env, ...env } };
  const latest = () => ({ flow: NAME, run: openDatastore(datastore).runs(NAME).at(-1) ?? "" });
  return {
    options,
    latest,
    ran: () => fs.readFileSync(path.join(gate, "ran"), "utf8").trim().split("\n").sort(),
    letGo: () => fs.writeFileSync(path.join(gate, "go"), ""),
    summary: () => readRun(openDatastore(datastore), latest()),
    /** States of the jobs of the latest run, or of another. */
    jobs: (run = latest().run) =>
      cluster
        .ask("squeue", "-h", "-t", "all", `--name=${NAME}-${run}`, "-o", "%T")
        .split("\n")
        .filter((state) => state !== ""),
    /** Comes back while the step waits in its job. */
    async started(...args: string[]) {
      const run = startFlow(BUSY, ["run", "--with", "slurm", "--gate", gate, ...args], options);
      await run.said("waits to be let go");
      return run;
    },
    async ended(run: StartedFlow) {
      const exit = await run.exit();
      const stdout = run.events.map((event) => JSON.stringify(event)).join("\n");
      return withRun({ ...exit, stdout, stderr: run.stderr(), events: run.events, datastore });
    },
    resume: () => startFlow(BUSY, ["resume", "--with", "slurm"], options),
    fsck: () => millrace(["fsck", BUSY], options),
  };
}

export const OVER = /^(COMPLETED|COMPLETING|CANCELLED|FAILED)$/;
