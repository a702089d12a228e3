import os from "node:os";
import type {
  BackendEvent,
  TaskBegan,
  TaskEnded,
  TaskLogged,
  TaskProgressed,
  TaskWaits,
} from "../../engines/compute-backend.ts";
import { checkedEnd } from "../../engines/checked-end.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import type { RunEvent } from "../../datastore/run-event.ts";
import { documentHash } from "../../datastore/run-record.ts";
import type { StopRequest } from "../../datastore/kinds/stop.ts";
import { stopReasonText, StopRequests } from "../../datastore/stop-requests.ts";
import type { FlowGraph } from "../../graph/flow-graph.ts";
import type { RunSecrets } from "../../secrets/run-secrets.ts";
import type { Capacity } from "../../scheduler/capacity.ts";
import { Scheduler, type SchedulerOptions } from "../../scheduler/scheduler.ts";
import type { RunState } from "../../scheduler/run-state.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";
import { systemClock } from "../../task/clock.ts";
import type { EarlierWork } from "../detached/earlier-work.ts";
import type { OriginRun } from "../plan/read-origin.ts";
import type { PreparedRelease } from "../release/release.ts";
import type { BegunRun } from "./begin.ts";
import { forkOptions } from "./fork-options.ts";
import { Heartbeat, TAKEN_OVER } from "./heartbeat.ts";
import { OpenLabels, type TaskLabels } from "./open-labels.ts";
import type { RunEngines } from "./run-engines.ts";
import { MetricLedger } from "./metric-ledger.ts";
import { RunProgress } from "./run-progress.ts";
import type { ResolvedRunOptions } from "./run-options.ts";
import { watchForStop } from "./watch-for-stop.ts";

export interface DriveOptions {
  readonly store: Datastore;
  readonly release: PreparedRelease;
  /** What the scheduler goes through: the release's graph, or one step of it. */
  readonly graph: FlowGraph;
  /** Where it begins, if not at the start of the flow. */
  readonly first?: SchedulerOptions["first"];
  readonly engines: RunEngines;
  /** What tasks share besides places. */
  readonly capacities: readonly Capacity[];
  readonly secrets: RunSecrets;
  readonly origin: OriginRun | null;
  readonly options: ResolvedRunOptions;
  /** Where the run may get another scheduler: what this one is. @defaultValue it has only this one */
  readonly succession?: SchedulerPart | undefined;
  /** Begun once tasks run; what it returns is waited for at the end. */
  readonly alongside?: () => () => Promise<void>;
  readonly on: DriveListener;
}

/** A scheduler of a run that may have had others before it. */
export interface SchedulerPart {
  /** From 1. */
  readonly claim: number;
  /** It beats already. */
  readonly heartbeat: Heartbeat;
  /** What was before it; null for the first one. */
  readonly earlier: EarlierWork | null;
}

export interface DriveListener {
  /** Recorded, or about to be. */
  event(event: RunEvent, labels: TaskLabels): void;
  /** An event that an earlier scheduler of the run recorded. */
  past?(event: RunEvent, labels: TaskLabels): void;
  began?(at: TaskBegan): void;
  log(line: TaskLogged, labels: TaskLabels): void;
  /** How far a task says that it is. */
  progress?(at: TaskProgressed): void;
  /** By step what its next task waits for, whenever that changes: names of what tasks share. */
  held?(lacking: ReadonlyMap<string, readonly string[]>): void;
  /** The command `stop` asks the run to end, which begins with this. */
  stopRequested?(request: StopRequest): void;
  /** Where a task is on its way to a machine. */
  waits(at: TaskWaits, labels: TaskLabels): void;
}

/** A run under way. */
export interface DrivenRun {
  /** Resolves when nothing runs any more. */
  readonly finished: Promise<RunState>;
  /** Ends the run: the first call asks its tasks to stop, a second one kills them. */
  interrupt(reason: string): void;
}

/** So often the progress of tasks is stored; where a write is a request, less often. */
const PROGRESS_MS = 1_000;
const REMOTE_PROGRESS_MS = 10_000;

/** Opens the engines for a run that has begun, and has its scheduler go from its first task to its last. */
export async function drive({ record, document, isSpin }: BegunRun, of: DriveOptions): Promise<DrivenRun> {
  const { store, engines, on, options } = of;
  const backend = engines.backend();
  const { claim = 1, earlier = null } = of.succession ?? {};
  const journal = record.openJournal(claim);
  const labels = new OpenLabels(store.blobs);
  const progress = new RunProgress({
    write: (told) => (isSpin ? undefined : record.writeProgress(told)),
    everyMs: store.storage.isRemote ? REMOTE_PROGRESS_MS : PROGRESS_MS,
  });
  const metrics = isSpin ? null : new MetricLedger(store, { record, isContinued: earlier !== null });
  const scheduler = new Scheduler({
    graph: of.graph,
    backend,
    limit: options.maxWorkers ?? backend.defaultLimit,
    capacities: of.capacities,
    onFailure: options.onFailure,
    clock: systemClock,
    startedAt: document.createdAt,
    earlier: earlier === null ? null : { events: past, committed: (at) => checked(earlier.committed(at), at) },
    held(lacking) {
      progress.held(lacking);
      on.held?.(lacking);
    },
    starting: (spec) => labels.starting(spec),
    reusable: (step, path) => of.origin?.reusable(step, path) ?? null,
    record(events) {
      const isOurs = heartbeat.check();
      return isOurs === null ? write(events) : isOurs.then(() => write(events));
    },
    ...(of.first === undefined ? {} : { first: of.first }),
  });
  const heartbeat =
    of.succession?.heartbeat ?? new Heartbeat({ record, host: os.hostname(), store: isSpin ? null : store });
  heartbeat.listen(stop);
  try {
    if (of.succession === undefined) await heartbeat.start();
    // Before it ends jobs of the run, or writes to its journal.
    else await heartbeat.check();
    if (earlier !== null) await journal.append(earlier.head);
    engines.open({
      ...{ record, document, root: of.release.bundle.root, environments: of.release.environments },
      ...{ origin: of.origin, open: earlier?.open, maxSplits: options.maxSplits },
      setup: { ...setupOf({ record, document, isSpin }, of), ...(of.succession === undefined ? {} : { claim }) },
      onEvent: deliver,
      onTrouble: stop,
    });
  } catch (error) {
    heartbeat.stop();
    journal.close();
    throw error;
  }
  const unwatch = isSpin
    ? undefined
    : watchForStop(new StopRequests(store.storage, document), {
        isRemote: store.storage.isRemote,
        onStop(request) {
          on.stopRequested?.(request);
          scheduler.interrupt(stopReasonText(request));
        },
        onError: stop,
      });
  let isSuperseded = false;
  const driven = scheduler.run().catch((error: unknown) => {
    isSuperseded = isMillraceError(error) && error.code === TAKEN_OVER;
    throw error;
  });
  const concludeAlongside = of.alongside?.();
  const finished = driven.finally(async () => {
    heartbeat.stop();
    unwatch?.();
    progress.close();
    await Promise.all([backend.close({ isSuperseded }), concludeAlongside?.()]);
    journal.close();
    store.storage.flush();
  });
  let interrupts = 0;
  return {
    finished,
    interrupt(reason) {
      interrupts += 1;
      if (interrupts === 1) scheduler.interrupt(reason);
      else void backend.close();
    },
  };

  function write(events: readonly RunEvent[]): void | Promise<void> {
    if (metrics !== null) for (const event of events) metrics.telling(event);
    const stored = journal.append(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    for (const event of events) {
      on.event(event, labels);
      labels.told(event);
      progress.told(event);
    }
    return stored ?? journal.flush();
  }

  function* past(): Generator<RunEvent> {
    for (const event of earlier?.events() ?? []) {
      on.past?.(event, labels);
      yield event;
    }
  }

  function checked(outcome: TaskOutcome | null, at: Omit<TaskEnded, "type" | "outcome">): TaskOutcome | null {
    const { graph, run, originRun } = document;
    if (outcome === null) return null;
    const end = checkedEnd({ type: "ended", ...at, outcome }, { graph, run, originRun }).outcome;
    // What cannot have come from the task does not count: it runs again.
    return end.status === "failed" ? null : end;
  }

  function deliver(event: BackendEvent): void {
    if (event.type === "logged") on.log(event, labels);
    if (event.type === "progressed") {
      progress.note(event);
      on.progress?.(event);
    }
    if (event.type === "waits") on.waits(event, labels);
    if (event.type === "began") on.began?.(event);
    if (event.type === "ended") metrics?.ended(event);
    const { graph, run, originRun } = document;
    scheduler.deliver(event.type === "ended" ? checkedEnd(event, { graph, run, originRun }) : event);
  }

  function stop(error: unknown): void {
    if (isMillraceError(error) && error.code === TAKEN_OVER) scheduler.abandon(error);
    else scheduler.interrupt(messageOf(error));
  }
}

function setupOf({ document, isSpin }: BegunRun, { store, release, secrets, options }: DriveOptions) {
  return {
    datastore: store.storage.location,
    flow: document.flow,
    run: document.run,
    documentHash: documentHash(document),
    ...(isSpin ? { isSpin } : {}),
    root: release.bundle.root,
    environment: null,
    engine: "local",
    masks: secrets.masks,
    forkOptions: forkOptions(release.flowFile),
    maxSplits: options.maxSplits,
    isDurable: options.isDurable,
  };
}
