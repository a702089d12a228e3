import os from "node:os";
import process from "node:process";
import { messageOf } from "../../../sdk/base/message-of.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { Deployments } from "../../datastore/deployments.ts";
import type { DeploymentVersion } from "../../datastore/kinds/deployment.ts";
import { damagedRecord } from "../../datastore/parse-record.ts";
import { type ErrorRecord, RECORD_FORMAT, type RunDocument } from "../../datastore/records.ts";
import { journalKey } from "../../datastore/run-keys.ts";
import { StopRequests, stopReasonText } from "../../datastore/stop-requests.ts";
import { type DoneTask, doneKey, TaskEvents } from "../../datastore/task-events.ts";
import { notBegun } from "../../engines/container/not-begun.ts";
import { nodeOf } from "../../graph/flow-graph.ts";
import type { Settings } from "../../settings/read-settings.ts";
import type { StopReason } from "../../task/stop-reason.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import { watchForStop } from "../run/watch-for-stop.ts";
import { beginAttempt } from "./begin-attempt.ts";
import { deployedRun } from "./deployed-run.ts";
import { finishDeployed } from "./finish-deployed.ts";
import { recordEnd, type StoppedBy } from "./record-end.ts";
import type { TaskExecutor } from "./task-executor.ts";
import { placeTask, sizeOf } from "./task-place.ts";
import { tellTarget } from "./tell-target.ts";
import type { ToldTask, ToldWork } from "./told-task.ts";

export interface ExecuteDeployedOptions {
  readonly told: ToldTask;
  readonly settings: Settings;
  readonly executor: TaskExecutor;
  /** Asks the task to end; its reason is a `StopReason`. The target may start it again. */
  readonly signal: AbortSignal;
  warning(text: string): void;
}

/** How what a target asked for went; it learns no more than whether it has to ask again. */
export type DeployedEnd =
  | { readonly status: "done"; readonly document: RunDocument }
  | { readonly status: "failed"; readonly document: RunDocument; readonly error: ErrorRecord };

/**
 * Does what a target has told this process to do: executes one attempt of a task of a run, or records the run's end. Whatever
 * is started twice, again, or beside another: what is done is done once.
 * @throws MillraceError where what was told makes no sense, or the datastore cannot be reached
 */
export async function executeDeployed(store: Datastore, of: ExecuteDeployedOptions): Promise<DeployedEnd> {
  const { told, settings, executor } = of;
  const version = new Deployments(store.storage).version(told.deployment, told.version);
  const place = executor.place.bind(executor);
  const document = await deployedRun(store, { version, told, settings, place });
  const task = new DeployedTask(store, { ...of, version, document });
  const end = await task.end();
  store.storage.flush();
  return end;
}

interface KnownTask extends ExecuteDeployedOptions {
  readonly version: DeploymentVersion;
  readonly document: RunDocument;
}

class DeployedTask {
  readonly #store: Datastore;
  readonly #of: KnownTask;
  readonly #events: TaskEvents;

  constructor(store: Datastore, of: KnownTask) {
    this.#store = store;
    this.#of = of;
    this.#events = new TaskEvents(store.storage, of.document);
  }

  async end(): Promise<DeployedEnd> {
    const { told, document } = this.#of;
    const { refusal } = document;
    if (refusal !== undefined) {
      if (told.work.kind === "finish") await this.#finish();
      return this.#failed({ name: "Error", message: refusal });
    }
    if (told.work.kind === "step") return this.#step(told.work);
    const status = await this.#finish();
    if (status === told.work.status) return { status: "done", document };
    return this.#failed({ name: "Error", message: `the run has ${status}` });
  }

  async #step(work: Extract<ToldWork, { kind: "step" }>): Promise<DeployedEnd> {
    const { document } = this.#of;
    const { storage } = this.#store;
    const found = placeTask(this.#events, document.graph, work);
    if (found.kind === "done") return this.#done(work, found.done);
    const request = await new StopRequests(storage, document).look();
    if (request !== null) return this.#failed({ name: "AbortError", message: stopReasonText(request) });
    // What is late must not follow the end.
    if (storage.has(journalKey(document)))
      return this.#failed({ name: "AbortError", message: "the run has ended, and this task was not done" });
    const turn = beginAttempt({
      ...{ events: this.#events, record: this.#store.record(document.flow, document.run) },
      ...{ node: nodeOf(document.graph, work.step), task: found.task, concludes: work.concludes },
    });
    if (turn.kind === "done") return this.#done(work, turn.done);
    if (turn.kind === "failed") return this.#failed(turn.error);
    await this.#beat();
    const { outcome, stoppedBy } = await this.#executed(turn.spec);
    this.#store.storage.flush();
    const { settings } = nodeOf(document.graph, work.step);
    const end = recordEnd(this.#events, { ...turn, outcome, settings, stoppedBy, time: Date.now() });
    await this.#beat();
    if (end.kind === "done") return this.#done(work, end.done);
    return this.#failed(end.error);
  }

  async #executed(spec: TaskSpec): Promise<{ readonly outcome: TaskOutcome; readonly stoppedBy: StoppedBy }> {
    const { document, version, told, executor, signal: ended, warning } = this.#of;
    const { storage } = this.#store;
    const asked = new AbortController();
    const unwatch = watchForStop(new StopRequests(storage, document), {
      isRemote: storage.isRemote,
      onStop(request) {
        const message = `the run stops: ${stopReasonText(request)}`;
        asked.abort({ name: "AbortError", message } satisfies StopReason);
      },
      onError: (error) => warning(messageOf(error)),
    });
    try {
      const signal = AbortSignal.any([ended, asked.signal]);
      const outcome = await executor.execute({ document, version, spec, engine: told.engine, signal }).catch(notBegun);
      if (asked.signal.aborted) return { outcome, stoppedBy: "request" };
      return { outcome, stoppedBy: ended.aborted ? "target" : null };
    } finally {
      unwatch();
    }
  }

  /** Whoever did it: the target is told where it went on. */
  async #done({ step, at }: { step: string; at: readonly number[] }, { start, end }: DoneTask): Promise<DeployedEnd> {
    const { told, document, version } = this.#of;
    const run = `${document.flow}/${document.run}`;
    const size = sizeOf(end.next);
    // A target would be told of each.
    if (end.next.kind !== "branch" && size > version.options.maxSplits)
      throw damagedRecord(doneKey(document, start.path), `it says that the task has split into ${size}`);
    tellTarget(this.#store.storage, { told, step, at, next: end.next, run });
    if (end.next.kind === "end") await this.#finish();
    return { status: "done", document };
  }

  #finish() {
    const { document, version, told, executor, warning } = this.#of;
    return finishDeployed(this.#store, { document, version, told, executor, warning });
  }

  #failed(error: ErrorRecord): DeployedEnd {
    return { status: "failed", document: this.#of.document, error };
  }

  /** Wakes whoever follows the run. */
  async #beat(): Promise<void> {
    const { document, version } = this.#of;
    const beat = { format: RECORD_FORMAT, host: os.hostname(), pid: process.pid, time: Date.now() } as const;
    await this.#store.record(document.flow, document.run).writeHeartbeat({ ...beat, drivenBy: version.target });
  }
}
