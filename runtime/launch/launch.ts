import os from "node:os";
import type { AnyClass } from "../../sdk/metadata.ts";
import type { BackendEvent, TaskLogged } from "../compute/backend.ts";
import { LocalBackend, type LocalEnvironment } from "../compute/local/local-backend.ts";
import type { EarlyWorker } from "../compute/local/spawn-worker.ts";
import { environment } from "../config.ts";
import { type Datastore, prepareDatastore } from "../datastore/datastore.ts";
import type { RunEvent } from "../datastore/events.ts";
import type { RunDocument } from "../datastore/records.ts";
import type { FlowGraph } from "../graph/graph.ts";
import { type Bundle, bundleFlow } from "../package/bundle.ts";
import { systemClock } from "../scheduler/clock.ts";
import { Scheduler } from "../scheduler/scheduler.ts";
import type { RunState } from "../scheduler/state.ts";
import type { WorkerSetup } from "../worker/messages.ts";
import { prepareEnvironments } from "./step-environments.ts";
import { stepRedactors } from "./step-redactors.ts";
import { callExitHook } from "./exit-hooks.ts";
import { startHeartbeat } from "./heartbeat.ts";
import type { OriginRun } from "./origin.ts";
import { type BranchChoice, projectPlace } from "./project-place.ts";
import { createRun } from "./run-document.ts";

/** Settled options of one run, from whatever front end. */
export interface LaunchOptions {
  readonly Flow: AnyClass;
  readonly flowFile: string;
  readonly store: Datastore;
  readonly graph: FlowGraph;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly configs: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  /** Of a `@project` flow. */
  readonly branch?: BranchChoice;
  /** Tasks at once; the machine's cores where null. */
  readonly maxWorkers: number | null;
  readonly maxSplits: number;
  readonly onFailure: "stop" | "finish";
  readonly isolation: "module" | "process";
  /** What its processes store survives a power cut; the store was opened so. */
  readonly isDurable: boolean;
  readonly origin: OriginRun | null;
  /** The flow file's bundle, if it was made already. */
  readonly bundle: Bundle | null;
  /** A worker that was started before the flow was read. */
  readonly early: EarlyWorker | null;
  readonly millraceVersion: string;
  readonly on: LaunchListener;
}

export interface LaunchListener {
  /** npm begins to install a step's packages. */
  installing(step: string, packages: readonly string[]): void;
  /** The run has its id and is recorded. */
  created(document: RunDocument): void;
  event(event: RunEvent): void;
  log(line: TaskLogged): void;
  /** Something beside the run itself went wrong. */
  warning(text: string): void;
}

/** A run under way. */
export interface LaunchedRun {
  readonly document: RunDocument;
  /** Resolves when nothing runs any more. */
  readonly finished: Promise<RunState>;
  /** Ends the run: the first call asks its tasks to stop, a second one kills them. */
  interrupt(reason: string): void;
}

/** Prepares code and environments, records the run, and sets it going on this machine. */
export async function launchRun(options: LaunchOptions): Promise<LaunchedRun> {
  const { store, graph, on } = options;
  prepareDatastore(store);
  const setup = withResolvers<WorkerSetup>();
  const environments = new Map<string, LocalEnvironment>();
  let deliver: (event: BackendEvent) => void = () => undefined;
  let stop: (error: unknown) => void = () => undefined;
  let openLog: ConstructorParameters<typeof LocalBackend>[0]["openLog"] | null = null;
  const cores = options.maxWorkers ?? os.availableParallelism();
  const backend = new LocalBackend({
    setup: setup.promise,
    cores,
    isolation: options.isolation,
    environments,
    env: environment(),
    redactors: stepRedactors(options),
    openLog: (of) => (openLog as NonNullable<typeof openLog>)(of),
    onEvent: (event) => deliver(event),
    onTrouble: (error) => stop(error),
  });
  // A process starts while the code is bundled, if not before.
  backend.warmUp(options.early?.take() ?? null);
  try {
    const [{ code, root }, versions] = await Promise.all([
      options.bundle ?? bundleFlow(options.flowFile),
      prepareEnvironments(graph, { environments, installing: (step, packages) => on.installing(step, packages) }),
    ]);
    const document = createRun(store, {
      ...options,
      project: projectPlace(options.Flow, options.branch ?? {}),
      code,
      originRun: options.origin?.document.run ?? null,
      environments: versions,
    });
    const record = store.record(graph.flow, document.run);
    const journal = record.openJournal();
    openLog = (of) => record.openLog(of);
    const scheduler = new Scheduler({
      graph,
      backend,
      limit: options.maxWorkers ?? backend.defaultLimit,
      onFailure: options.onFailure,
      clock: systemClock,
      reusable: (step, path) => options.origin?.reusable(step, path) ?? null,
      record(events) {
        const stored = journal.append(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
        for (const event of events) on.event(event);
        return stored ?? journal.flush();
      },
    });
    deliver = (event) => {
      if (event.type === "logged") on.log(event);
      scheduler.deliver(event);
    };
    on.created(document);
    stop = (error) => scheduler.interrupt(error instanceof Error ? error.message : String(error));
    const stopHeartbeat = await startHeartbeat(record, stop);
    setup.resolve({
      datastore: store.storage.location,
      flow: graph.flow,
      run: document.run,
      root,
      environment: null,
      engine: backend.name,
      maxSplits: options.maxSplits,
      isDurable: options.isDurable,
    });
    const finished = scheduler.run().finally(async () => {
      stopHeartbeat();
      await backend.close();
      journal.close();
      store.storage.flush();
    });
    const concluded = finished.then(async (state) => {
      const warning = await callExitHook(options.Flow, { run: document.run, state });
      if (warning !== null) on.warning(warning);
      return state;
    });
    return { document, finished: concluded, interrupt: interrupter(scheduler, backend) };
  } catch (error) {
    setup.reject(error);
    await backend.close();
    throw error;
  }
}

function interrupter(scheduler: Scheduler, backend: LocalBackend): (reason: string) => void {
  let calls = 0;
  return (reason) => {
    calls += 1;
    if (calls === 1) scheduler.interrupt(reason);
    else void backend.close();
  };
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  // Whoever waits sees the failure; that nobody may wait is no failure of its own.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
