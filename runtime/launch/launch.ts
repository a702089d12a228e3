import os from "node:os";
import type { AnyClass } from "../../sdk/base/metadata.ts";
import type { BackendEvent, ComputeBackend, TaskLogged, TaskWaits } from "../engines/backend.ts";
import { checkedEnd } from "../engines/check-outcome.ts";
import { EngineRouter } from "../engines/engine-router.ts";
import { committedOutcome } from "../engines/local/committed-outcome.ts";
import { LocalBackend, type LocalEnvironment } from "../engines/local/local-backend.ts";
import type { EarlyWorker } from "../engines/local/spawn-worker.ts";
import { environment } from "../config.ts";
import { maskedEvent } from "../engines/masked-event.ts";
import { brokenInvariant, isMillraceError } from "../../sdk/base/errors.ts";
import { type Datastore, prepareDatastore } from "../datastore/datastore.ts";
import type { RunEvent } from "../datastore/events.ts";
import type { RunDocument } from "../datastore/records.ts";
import { documentHash, type RunRecord } from "../datastore/run-record.ts";
import type { Appender } from "../datastore/storage.ts";
import type { FlowGraph } from "../graph/graph.ts";
import { type Bundle, bundleFlow } from "../package/bundle.ts";
import { watchedBlobs } from "../secrets/watched-blobs.ts";
import { systemClock } from "../task/clock.ts";
import { Scheduler } from "../scheduler/scheduler.ts";
import type { RunState } from "../scheduler/state.ts";
import type { WorkerSetup } from "../task/messages.ts";
import { prepareEnvironments } from "./release/prepare-environments.ts";
import { stepSecrets } from "./run/step-secrets.ts";
import { callExitHook } from "./run/call-exit-hook.ts";
import type { StepEngines } from "./engines/chosen-engines.ts";
import { leftJobs } from "./engines/left-jobs.ts";
import { openEngines } from "./engines/open-engines.ts";
import { sharedGpus } from "./engines/shared-gpus.ts";
import { shipProject } from "./engines/ship-project.ts";
import { forkOptions } from "./run/fork-options.ts";
import { Heartbeat, TAKEN_OVER } from "./run/heartbeat.ts";
import type { OriginRun } from "./plan/read-origin.ts";
import { type BranchChoice, projectPlace } from "./run/project-place.ts";
import { notePackages } from "./run/note-packages.ts";
import { cachedReach, packagesToRead } from "./release/cached-reach.ts";
import { createRun } from "./run/create-run.ts";
import { messageOf } from "../../sdk/base/message-of.ts";

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
  readonly engines: StepEngines;
  /** From where the run is started. */
  readonly cwd: string;
  /** How the user calls the command line, for hints. */
  readonly programName: string;
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
  /** Where a task is on its way to a machine. */
  waits(at: TaskWaits): void;
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

/** Prepares code and environments, records the run, and sets it going. */
export async function launchRun(options: LaunchOptions): Promise<LaunchedRun> {
  const { store, graph, engines, on } = options;
  const secrets = stepSecrets(options);
  const warning = (text: string) => on.warning(secrets.redactor?.text(text) ?? text);
  prepareDatastore(store);
  const setup = withResolvers<WorkerSetup>();
  const recorded = withResolvers<RunRecord>();
  const launched = withResolvers<{ root: string; document: RunDocument }>();
  const environments = new Map<string, LocalEnvironment>();
  const gpus = sharedGpus(graph, engines);
  if (options.origin !== null)
    for (const text of leftJobs(store.storage, { ...options, origin: options.origin, used: new Set(engines.values()) }))
      warning(text);
  let deliver: (event: BackendEvent) => void = () => undefined;
  let stop: (error: unknown) => void = () => undefined;
  let record: RunRecord | null = null;
  const port = {
    onEvent: (event: BackendEvent) => deliver(event),
    onTrouble: (error: unknown) => stop(error),
    onWarning: warning,
    secrets,
  };
  const local = graph.steps.every(({ name }) => engines.has(name))
    ? null
    : localBackend(options, {
        ...port,
        setup: setup.promise,
        environments,
        gpus,
        committed: (of) => (record === null ? null : committedOutcome(record, of)),
        openLog: (of) => record?.openLog(of) as Appender,
      });
  const backends: ComputeBackend[] = local === null ? [] : [local];
  try {
    const [bundle, versions, remotes] = await Promise.all([
      options.bundle ?? bundleFlow(options.flowFile),
      prepareEnvironments(graph, { environments, installing: (step, packages) => on.installing(step, packages) }),
      engines.size === 0
        ? new Map<string, ComputeBackend>()
        : openEngines({
            ...options,
            ...port,
            onEvent: (event) => deliver(maskedEvent(event, secrets)),
            gpus,
            record: recorded.promise,
            launched: launched.promise,
            backends,
          }),
    ]);
    const { code, root } = bundle;
    const blobs = watchedBlobs(store.blobs, {
      redactor: () => secrets.redactor,
      onFound: (name) => warning(`the value given for ${name} holds a secret of @secrets, and is stored as it is`),
    });
    const reach = await cachedReach({ bundle, graph, environments });
    const document = createRun(
      { ...store, blobs },
      {
        ...options,
        project: projectPlace(options.Flow, options.branch ?? {}),
        code,
        originRun: options.origin?.document.run ?? null,
        environments: versions,
        reach: reach?.steps ?? null,
        ship: engines.size === 0 ? null : await shipProject({ ...options, bundle, environments, versions, warning }),
      },
    );
    const own = (record = store.record(graph.flow, document.run));
    const journal = own.openJournal();
    const heartbeat = new Heartbeat({ record: own, store, onError: (error) => stop(error) });
    let isTakenOver = false;
    const backend = routed(backends, (step) => remotes.get(step) ?? local);
    const scheduler = new Scheduler({
      graph,
      backend,
      limit: options.maxWorkers ?? backend.defaultLimit,
      capacities: [gpus],
      onFailure: options.onFailure,
      clock: systemClock,
      reusable: (step, path) => options.origin?.reusable(step, path) ?? null,
      record(events) {
        const write = () => {
          const stored = journal.append(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
          for (const event of events) on.event(event);
          return stored ?? journal.flush();
        };
        const isOurs = heartbeat.check();
        return isOurs === null ? write() : isOurs.then(write);
      },
    });
    deliver = (event) => {
      if (event.type === "logged") on.log(event);
      if (event.type === "waits") on.waits(event);
      scheduler.deliver(
        event.type === "ended" ? checkedEnd(event, { graph, run: document.run, originRun: document.originRun }) : event,
      );
    };
    on.created(document);
    stop = (error) => {
      if (isMillraceError(error) && error.code === TAKEN_OVER) scheduler.abandon(error);
      else scheduler.interrupt(messageOf(error));
    };
    await heartbeat.start();
    launched.resolve({ root, document });
    recorded.resolve(own);
    setup.resolve({
      datastore: store.storage.location,
      flow: graph.flow,
      run: document.run,
      documentHash: documentHash(document),
      root,
      environment: null,
      engine: LOCAL,
      masks: secrets.masks,
      forkOptions: forkOptions(options.flowFile),
      maxSplits: options.maxSplits,
      isDurable: options.isDurable,
    });
    const driven = scheduler.run().catch((error: unknown) => {
      isTakenOver = isMillraceError(error) && error.code === TAKEN_OVER;
      throw error;
    });
    const packagesNoted = notePackages({
      ...{ record: own, document, known: reach?.packages, asked: packagesToRead(bundle, environments) },
      onError: (error) => warning(`the packages of this run cannot be noted: ${messageOf(error)}`),
    });
    const finished = driven.finally(async () => {
      heartbeat.stop();
      await Promise.all([backend.close({ isTakenOver }), packagesNoted()]);
      journal.close();
      store.storage.flush();
    });
    const concluded = finished.then(async (state) => {
      const trouble = await callExitHook(options.Flow, { run: document.run, state });
      if (trouble !== null) warning(trouble);
      return state;
    });
    return { document, finished: concluded, interrupt: interrupter(scheduler, backend) };
  } catch (error) {
    for (const waiting of [setup, recorded, launched]) waiting.reject(error);
    await Promise.all(backends.map((backend) => backend.close()));
    throw error;
  }
}

const LOCAL = "local";

/** Runs tasks in processes of this machine; one starts while the code is bundled, if not before. */
function localBackend(
  options: LaunchOptions,
  port: Pick<
    ConstructorParameters<typeof LocalBackend>[0],
    "setup" | "environments" | "gpus" | "secrets" | "committed" | "openLog" | "onEvent" | "onTrouble"
  >,
): LocalBackend {
  const cores = options.maxWorkers ?? os.availableParallelism();
  const local = new LocalBackend({
    ...port,
    cores,
    // Where others run tasks as well, the limit on all of them says nothing about this machine.
    ...(options.engines.size === 0 ? {} : { limit: os.availableParallelism() }),
    isolation: options.isolation,
    env: environment(),
  });
  local.warmUp(options.early?.take() ?? null);
  return local;
}

function routed(
  backends: readonly ComputeBackend[],
  of: (step: string) => ComputeBackend | null | undefined,
): ComputeBackend {
  const [only] = backends;
  if (only !== undefined && backends.length === 1) return only;
  return new EngineRouter(backends, (step) => {
    const backend = of(step) ?? null;
    if (backend === null) throw brokenInvariant(`no engine runs ${step}`);
    return backend;
  });
}

function interrupter(scheduler: Scheduler, backend: ComputeBackend): (reason: string) => void {
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
