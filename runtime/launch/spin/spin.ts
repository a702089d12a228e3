import type { AnyClass } from "../../../sdk/base/metadata.ts";
import { committedOutcome } from "../../engines/local/committed-outcome.ts";
import { LocalBackend, type LocalEnvironment } from "../../engines/local/local-backend.ts";
import { type EarlyWorker, spawnWorker } from "../../engines/local/spawn-worker.ts";
import type { BackendEvent, TaskLogged } from "../../engines/backend.ts";
import { environment } from "../../config.ts";
import { type Datastore, prepareDatastore } from "../../datastore/datastore.ts";
import type { RunDocument } from "../../datastore/records.ts";
import { documentHash, type RunRecord } from "../../datastore/run-record.ts";
import { nodeOf } from "../../graph/graph.ts";
import { type Bundle, bundleFlow } from "../../package/bundle.ts";
import { systemClock } from "../../task/clock.ts";
import { forkOptions } from "../run/fork-options.ts";
import { Heartbeat } from "../run/heartbeat.ts";
import { projectPlace } from "../run/project-place.ts";
import { cachedReach } from "../release/cached-reach.ts";
import { createRun } from "../run/create-run.ts";
import { prepareEnvironments } from "../release/prepare-environments.ts";
import { stepSecrets } from "../run/step-secrets.ts";
import { debuggerWatch } from "./debugger-watch.ts";
import { OneTask, type SpinEnd } from "./one-task.ts";
import type { SpinPlan } from "./plan-spin.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";

export interface SpinOptions {
  readonly Flow: AnyClass;
  readonly flowFile: string;
  readonly store: Datastore;
  readonly plan: SpinPlan;
  /** True to let the step's process wait for a debugger. */
  readonly isInspected: boolean;
  /** The flow file's bundle, if it was made already. */
  readonly bundle: Bundle | null;
  /** A worker that was started before the flow was read. */
  readonly early: EarlyWorker | null;
  readonly millraceVersion: string;
  readonly on: SpinListener;
}

export interface SpinListener {
  installing(step: string, packages: readonly string[]): void;
  log(line: TaskLogged): void;
  /** The step's process waits there for a debugger. */
  inspectable(url: string): void;
}

/** A step under way. */
export interface Spin {
  readonly document: RunDocument;
  /** Where its result is. */
  readonly record: RunRecord;
  readonly finished: Promise<SpinEnd>;
  /** Ends it: the first call asks the task to stop, a second one kills it. */
  interrupt(reason: string): void;
}

/** Most children of one split, as for a run. */
const MAX_SPLITS = 100_000;

/** Executes one step on a past task's inputs with the code as it is now. No run is touched or made. */
export async function startSpin(options: SpinOptions): Promise<Spin> {
  const { store, plan, Flow, flowFile, isInspected, on } = options;
  const { graph, spec, configs, parameters, origin } = plan;
  const { step } = spec;
  const secrets = stepSecrets({ Flow, flowFile, configs, onlyStep: step });
  const node = nodeOf(graph, step);
  const environments = new Map<string, LocalEnvironment>();
  prepareDatastore(store);
  const [bundle, versions] = await Promise.all([
    options.bundle ?? bundleFlow(flowFile),
    prepareEnvironments(
      { ...graph, steps: [node] },
      { environments, installing: (...asked) => on.installing(...asked) },
    ),
  ]);
  const { code, root } = bundle;
  const reach = await cachedReach({ bundle, graph, environments, onlyStep: step });
  const document = createRun(store, {
    ...{ Flow, graph, code, parameters, configs, environments: versions, isSpin: true },
    tags: [],
    // Never production, whatever the past run was.
    project: projectPlace(Flow, {}),
    originRun: origin.document.run,
    reach: reach?.steps ?? null,
    millraceVersion: options.millraceVersion,
  });
  const { flow, run } = document;
  const record = store.spin(flow, run);
  const journal = record.openJournal();
  const setup = {
    datastore: store.storage.location,
    flow,
    run,
    root,
    environment: null,
    engine: "local",
    masks: secrets.masks,
    forkOptions: forkOptions(flowFile),
  };
  let deliver: (event: BackendEvent) => void = () => undefined;
  let stop: (reason: string) => void = () => undefined;
  const onTrouble = (error: unknown) => stop(messageOf(error));
  const backend = new LocalBackend({
    setup: Promise.resolve({ ...setup, documentHash: documentHash(document), isSpin: true, maxSplits: MAX_SPLITS }),
    cores: 1,
    isolation: "process",
    environments,
    env: environment(),
    secrets,
    ...(isInspected
      ? { spawn: (env) => debuggerWatch(spawnWorker(env, { nodeOptions: ["--inspect-brk=0"] }), on.inspectable) }
      : {}),
    committed: (of) => committedOutcome(record, of),
    openLog: (of) => record.openLog(of),
    onEvent: (event) => (event.type === "logged" ? on.log(event) : deliver(event)),
    onTrouble,
  });
  const early = isInspected || environments.has(step) ? null : (options.early?.take() ?? null);
  if (early !== null) backend.warmUp(early);
  const task = new OneTask({
    backend,
    spec,
    origin,
    // At a breakpoint time does not count.
    timeoutMs: isInspected ? undefined : node.settings.timeoutMs,
    isCaught: node.settings.catchAs !== undefined,
    clock: systemClock,
    record(event) {
      journal.append(`${JSON.stringify(event)}\n`)?.catch(onTrouble);
    },
  });
  deliver = (event) => task.deliver(event);
  stop = (reason) => task.stop(reason);
  const heartbeat = new Heartbeat({ record, store: null, onError: onTrouble });
  await heartbeat.start();
  const finished = task.run().finally(async () => {
    heartbeat.stop();
    await backend.close();
    journal.close();
    store.storage.flush();
  });
  return { document, record, finished, interrupt: (reason) => task.stop(reason) };
}
