import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { Inbox } from "../../datastore/inbox.ts";
import type { DeploymentVersion } from "../../datastore/kinds/deployment.ts";
import { readRelease } from "../../datastore/kinds/release.ts";
import { addLater, type LastValue } from "../../datastore/last-values.ts";
import { RECORD_FORMAT, type RunDocument } from "../../datastore/records.ts";
import type { RunEvent, RunFinished, TaskStarted } from "../../datastore/run-event.ts";
import { exitHookKey } from "../../datastore/run-keys.ts";
import type { RunRecord } from "../../datastore/run-record.ts";
import { StopRequests, stopReasonText } from "../../datastore/stop-requests.ts";
import { TaskEvents } from "../../datastore/task-events.ts";
import { toldFolder } from "../../datastore/telling-task.ts";
import type { RunState } from "../../scheduler/run-state.ts";
import { callExitHook } from "../run/call-exit-hook.ts";
import { recordCommitted } from "./record-committed.ts";
import type { TaskExecutor } from "./task-executor.ts";
import type { ToldTask } from "./told-task.ts";
import { readTasks, type WholeJournal, wholeJournal } from "./whole-journal.ts";

export interface FinishOptions {
  readonly document: RunDocument;
  readonly version: DeploymentVersion;
  readonly told: ToldTask;
  readonly executor: TaskExecutor;
  warning(text: string): void;
}

/**
 * Records the end of a run: its journal, which is made of what its tasks recorded, and is complete from then on. Then what
 * follows from it. Called again, by several at once or after one of them died, there is one end, and its hook is called once.
 */
export async function finishDeployed(store: Datastore, of: FinishOptions): Promise<RunFinished["status"]> {
  const { document, version, told } = of;
  const record = store.record(document.flow, document.run);
  const made = wholeJournal(store.storage, document, {
    stopped: await stopReason(store, of),
    recover: (start) => recovered(store, start, of),
  });
  if (made !== null) {
    // First what the journal does not say: whoever sees the end reads it as well.
    writeMetrics(record, { ...made, unlessNone: true });
    if (!record.createJournal(made.events)) correctMetrics(store, document);
  }
  const state = stateOf(document, record.events());
  if (state.status === "succeeded") new Inbox(store.storage).finished(document);
  const folder = toldFolder({ deployment: version.deployment, fire: told.fire });
  store.storage.remove(store.storage.list(folder).map((name) => `${folder}/${name}`));
  await callHookOnce(store, { ...of, state });
  return state.status === "succeeded" ? "succeeded" : "failed";
}

/** Null where nobody asked the run to stop. */
async function stopReason({ storage }: Datastore, { document, warning }: FinishOptions): Promise<string | null> {
  try {
    const request = await new StopRequests(storage, document).look();
    return request === null ? null : stopReasonText(request);
  } catch (error) {
    // A request that cannot be read must not keep a run from ending.
    if (!isMillraceError(error)) throw error;
    warning(messageOf(error));
    return null;
  }
}

function recovered(store: Datastore, start: TaskStarted, { document, warning }: FinishOptions): boolean {
  try {
    const record = store.record(document.flow, document.run);
    return recordCommitted({ events: new TaskEvents(store.storage, document), record }, start) !== null;
  } catch (error) {
    // Nor must a result that cannot be read.
    if (!isMillraceError(error)) throw error;
    warning(messageOf(error));
    return false;
  }
}

/** Another one was faster, and saw fewer or more tasks done: what they logged is to be what its journal says. */
function correctMetrics(store: Datastore, document: RunDocument): void {
  const record = store.record(document.flow, document.run);
  const { metrics } = readTasks(store.storage, document);
  writeMetrics(record, { events: record.events(), metrics, unlessNone: record.metrics() === null });
}

function writeMetrics(
  record: RunRecord,
  { events, metrics, unlessNone }: Pick<WholeJournal, "metrics"> & { events: Iterable<RunEvent>; unlessNone: boolean },
): void {
  const last = new Map<string, LastValue>();
  for (const event of events) if (event.type === "task-succeeded") addLater(last, metrics.get(event.task) ?? {});
  if (unlessNone && last.size === 0) return;
  record.writeMetrics({ format: RECORD_FORMAT, last: Object.fromEntries(last) });
}

type EndState = Pick<RunState, "status" | "firstFailure" | "reason" | "graph">;

/** What the hooks of `@onExit` are told. */
function stateOf({ graph }: RunDocument, events: Iterable<RunEvent>): EndState {
  const steps = new Map<number, string>();
  const state: { -readonly [Name in keyof EndState]: EndState[Name] } = {
    ...{ status: "failed", firstFailure: null, reason: null, graph },
  };
  for (const event of events) {
    if (event.type === "task-started") steps.set(event.task, event.step);
    if (event.type === "task-failed" && event.retryAt === null && !event.isCancelled) {
      const { task, attempt, error } = event;
      state.firstFailure ??= { task, attempt, error, step: steps.get(task) ?? "" };
    }
    if (event.type === "run-finished") Object.assign(state, { status: event.status, reason: event.reason });
  }
  return state;
}

async function callHookOnce(store: Datastore, of: FinishOptions & { readonly state: EndState }): Promise<void> {
  const { document, version, executor, state, warning } = of;
  const release = readRelease(store.blobs, version.release);
  if (release.exitHooks.length === 0) return;
  // Before the call: one that dies in it is not called again, as with a scheduler of ours.
  const bytes = Buffer.from(`${JSON.stringify({ format: RECORD_FORMAT, time: Date.now() })}\n`);
  if (!store.storage.create(exitHookKey(document), [bytes])) return;
  const flow = () => executor.flow({ release });
  try {
    const trouble = await callExitHook({ document: release, flow }, { run: document.run, state });
    if (trouble !== null) warning(trouble);
  } catch (error) {
    warning(`the @onExit hook of ${document.flow} failed: ${messageOf(error)}`);
  }
}
