import process from "node:process";
import { environment, processSettings, setVariables } from "../../config.ts";
import { type Datastore, openDatastore } from "../../datastore/datastore.ts";
import { CONTAINER_EXIT } from "./container-exit.ts";
import { type HandedOver, NOTHING, readHandedOver } from "./handed-over.ts";
import { jobIndex, JOB_VARIABLES } from "./job-variables.ts";
import { notBegun } from "./not-begun.ts";
import { superviseReused } from "./supervise-reused.ts";
import { superviseTask } from "./supervise-task.ts";
import { leave } from "../../leave.ts";
import { readJob } from "../jobs/group-document.ts";
import { JobPapers } from "../jobs/job-papers.ts";

/** The program of a container: executes one attempt of a task, or of several, and leaves in the datastore how they ended. */
const { datastore, group, groupHash, handedOver } = JOB_VARIABLES;

/** @returns the exit code */
async function execute(): Promise<number> {
  const env = environment();
  const awaited = env[handedOver] === undefined ? Promise.resolve(NOTHING) : readHandedOver(process.stdin);
  // Whoever opens the datastore looks there; a bucket may not open without them, so what is missing is told here, too.
  await awaited.then(({ variables }) => setVariables(variables), tell);
  const store = openDatastore(env[datastore] ?? "", { settings: processSettings().store });
  try {
    return await executeIn(store, awaited);
  } catch (error) {
    tell(error);
    // What was told of tasks until then is known, whatever the rest is worth.
    store.storage.flush();
    return CONTAINER_EXIT.noOutcome;
  }
}

async function executeIn(store: Datastore, awaited: Promise<HandedOver>): Promise<number> {
  const env = environment();
  const index = jobIndex(env);
  const { document, spec } = readJob(store.storage, { key: env[group] ?? "", hash: env[groupHash] ?? "", index });
  const papers = new JobPapers(store.storage);
  const job = { group: document.group, index };
  const of = { store, document, stopReason: () => papers.stopReason(job) };
  if (document.group.needs.reuse !== undefined) {
    const exitCode = await superviseReused({ ...of, first: spec, index, handed: awaited });
    store.storage.flush();
    return exitCode;
  }
  const outcome = await awaited.then((handed) => superviseTask({ ...of, spec, handed })).catch(notBegun);
  papers.writeOutcome(job, outcome);
  store.storage.flush();
  return outcome.status === "failed" ? 1 : 0;
}

function tell(error: unknown): void {
  process.stderr.write(`millrace: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}

execute().then(
  (exitCode) => leave(exitCode),
  (error: unknown) => {
    tell(error);
    leave(CONTAINER_EXIT.noOutcome);
  },
);
