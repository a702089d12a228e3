import process from "node:process";
import { errorClass } from "../../../sdk/base/error-codes.ts";
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import { environment, processSettings, setVariables } from "../../config.ts";
import { openDatastore } from "../../datastore/datastore.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";
import { CONTAINER_EXIT } from "./container-exit.ts";
import { NOTHING, readHandedOver } from "./handed-over.ts";
import { jobIndex, JOB_VARIABLES } from "./job-variables.ts";
import { superviseTask } from "./supervise-task.ts";
import { leave } from "../../leave.ts";
import { readJob } from "../jobs/group-document.ts";
import { JobPapers } from "../jobs/job-papers.ts";

/** The program of a container: executes one attempt of one task, and leaves its outcome in the datastore. */
const { datastore, group, groupHash, handedOver } = JOB_VARIABLES;

async function execute(): Promise<TaskOutcome> {
  const env = environment();
  const awaited = env[handedOver] === undefined ? Promise.resolve(NOTHING) : readHandedOver(process.stdin);
  // Whoever opens the datastore looks there; a bucket may not open without them, so what is missing is told here, too.
  await awaited.then(({ variables }) => setVariables(variables), tell);
  const store = openDatastore(env[datastore] ?? "", { settings: processSettings().store });
  const index = jobIndex(env);
  const { document, spec } = readJob(store.storage, { key: env[group] ?? "", hash: env[groupHash] ?? "", index });
  const papers = new JobPapers(store.storage);
  const job = { group: document.group, index };
  const stopReason = () => papers.stopReason(job);
  const outcome = await awaited
    .then((handed) => superviseTask({ store, document, spec, handed, stopReason }))
    .catch(notBegun);
  papers.writeOutcome(job, outcome);
  store.storage.flush();
  return outcome;
}

/** The task could not begin: whoever started it is told why, as of any other failure. */
function notBegun(error: unknown): TaskOutcome {
  if (!isMillraceError(error)) throw error;
  const { name, message, code } = error;
  return { status: "failed", error: { name, message, code }, isRetryable: errorClass(code) !== "flow", isCrash: true };
}

function tell(error: unknown): void {
  process.stderr.write(`millrace: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}

execute().then(
  (outcome) => leave(outcome.status === "failed" ? 1 : 0),
  (error: unknown) => {
    tell(error);
    leave(CONTAINER_EXIT.noOutcome);
  },
);
