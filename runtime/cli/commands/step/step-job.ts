/** The program of a container that executes a task of a deployed run: see `bootstrap.ts`. */
import path from "node:path";
import process from "node:process";
import { environment, processSettings } from "../../../config.ts";
import { openDatastore } from "../../../datastore/datastore.ts";
import { CONTAINER_EXIT } from "../../../engines/container/container-exit.ts";
import { JOB_VARIABLES } from "../../../engines/container/job-variables.ts";
import { ContainedExecutor } from "../../../launch/deployed/contained-executor.ts";
import { executeDeployed } from "../../../launch/deployed/execute-deployed.ts";
import { readToldTask } from "../../../launch/deployed/told-task.ts";
import { leave } from "../../../leave.ts";
import type { StopReason } from "../../../task/stop-reason.ts";

async function execute(): Promise<number> {
  const settings = processSettings();
  const told = readToldTask(environment());
  const store = openDatastore(environment()[JOB_VARIABLES.datastore] ?? "", { settings: settings.store });
  const ended = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => {
      const message = "its container was told to stop";
      ended.abort({ name: "AbortError", message } satisfies StopReason);
    });
  const warning = (text: string) => process.stderr.write(`millrace: ${text}\n`);
  const executor = new ContainedExecutor(
    { store, settings, on: { installing: () => undefined, log: () => undefined, warning } },
    path.resolve(import.meta.dirname, "../../.."),
  );
  const end = await executeDeployed(store, { told, settings, executor, signal: ended.signal, warning });
  if (end.status === "done") return 0;
  const { name, message, stack } = end.error;
  process.stderr.write(`millrace: failed: ${stack ?? `${name}: ${message}`}\n`);
  return 1;
}

execute().then(
  (code) => leave(code),
  (error: unknown) => {
    process.stderr.write(`millrace: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    leave(CONTAINER_EXIT.noOutcome);
  },
);
