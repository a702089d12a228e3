import type { TaskLogged } from "../../engines/compute-backend.ts";
import { GpuPool } from "../../engines/gpus/gpu-pool.ts";
import { type EarlyWorker, spawnWorker } from "../../engines/local/spawn-worker.ts";
import { type Datastore, prepareDatastore } from "../../datastore/datastore.ts";
import type { RunEvent } from "../../datastore/run-event.ts";
import type { ErrorRecord, ResultLocator, RunDocument, TakenTransition } from "../../datastore/records.ts";
import type { RunRecord } from "../../datastore/run-record.ts";
import type { Bundle } from "../../package/bundle.ts";
import type { Settings } from "../../settings/read-settings.ts";
import { prepare } from "../release/prepare.ts";
import { secretSources } from "../release/secret-sources.ts";
import { begin } from "../run/begin.ts";
import { drive } from "../run/drive.ts";
import { projectPlace } from "../run/project-place.ts";
import { orClosed, RunEngines } from "../run/run-engines.ts";
import { resolveRunOptions } from "../run/run-options.ts";
import { stepSecrets } from "../run/step-secrets.ts";
import { debuggerWatch } from "./debugger-watch.ts";
import { oneStep } from "./one-step.ts";
import type { SpinPlan } from "./plan-spin.ts";

export interface SpinOptions {
  readonly store: Datastore;
  readonly settings: Settings;
  /** True to let the step's process wait for a debugger. */
  readonly isInspected: boolean;
  /** The flow file's bundle, if it was made already. */
  readonly bundle: Bundle | null;
  /** A worker that was started before the flow was read. */
  readonly early: EarlyWorker | null;
  readonly programName: string;
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

export interface SpinEnd {
  readonly outcome: SpinOutcome;
  readonly durationMs: number;
}

export type SpinOutcome =
  | { readonly status: "succeeded"; readonly next: TakenTransition; readonly result: ResultLocator }
  | {
      readonly status: "caught";
      readonly next: TakenTransition;
      readonly result: ResultLocator;
      readonly error: ErrorRecord;
    }
  | { readonly status: "failed"; readonly error: ErrorRecord };

/** Executes one step on a past task's inputs with the code as it is now. No run is touched or made. */
export async function startSpin(plan: SpinPlan, launch: SpinOptions): Promise<Spin> {
  const { step, origin, graph, flowFile } = plan;
  const { store, settings, isInspected, on } = launch;
  const { username } = settings;
  const options = resolveRunOptions({ maxWorkers: 1, isolation: "process" }, settings);
  const sources = secretSources(plan.Flow, plan.configs);
  const secrets = await stepSecrets(sources, { flowFile, engines: plan.engines, onlyStep: step });
  const engines = new RunEngines({
    ...{ ...plan, ...options, store, secrets, settings, programName: launch.programName },
    gpus: { name: "GPU", count: 0, takenBy: () => 0, pool: new GpuPool({ count: 0, ids: [] }) },
    onWarning: () => undefined,
    ...(isInspected
      ? { spawn: (env) => debuggerWatch(spawnWorker(env, { nodeOptions: ["--inspect-brk=0"] }), on.inspectable) }
      : {}),
  });
  prepareDatastore(store);
  return orClosed(engines, async () => {
    const release = await prepare(plan, {
      ...{ ...launch, secrets: sources, accepted: engines.ready(), onlyStep: step },
      installing: (...asked) => on.installing(...asked),
      warning: () => undefined,
    });
    const begun = begin(release, {
      ...{
        store,
        parameters: plan.parameters,
        tags: [],
        username,
        millraceVersion: launch.millraceVersion,
        isSpin: true,
      },
      // Never production, whatever the past run was.
      project: projectPlace(release.document.project, { flow: graph.flow, username }),
      originRun: origin.document.run,
      deployed: origin.document.trigger === undefined ? undefined : { trigger: origin.document.trigger },
    });
    if (launch.early !== null && !isInspected && !release.environments.has(step)) engines.warmUp(launch.early);
    const end = new EndWatch();
    const { finished, interrupt } = await drive(begun, {
      ...{ store, release, engines, capacities: [], secrets, origin: null, options },
      // At a breakpoint time does not count.
      graph: oneStep(graph, { step, hasTimeLimit: !isInspected }),
      first: { task: origin.task.task, source: origin.task.source, place: origin.place },
      on: {
        event: (event) => end.note(event),
        began: ({ attempt }) => end.began(attempt),
        log: (line) => on.log(line),
        waits: () => undefined,
      },
    });
    const { document, record } = begun;
    return { document, record, interrupt, finished: finished.then(() => end.result()) };
  });
}

/** Sees what came of the task, and how long its own attempt took. */
class EndWatch {
  #beganAt = Date.now();
  #endedAt = Date.now();
  #outcome: SpinOutcome = {
    status: "failed",
    error: { name: "AbortError", message: "the spin stopped before its task" },
  };

  began(attempt: number): void {
    // One more concludes a task whose process died.
    if (attempt === 0) this.#beganAt = Date.now();
  }

  note(event: RunEvent): void {
    if (event.type === "task-failed") this.#outcome = { status: "failed", error: event.error };
    else if (event.type === "task-succeeded") {
      const { next, result, caught } = event;
      this.#outcome =
        caught === undefined
          ? { status: "succeeded", next, result }
          : { status: "caught", next, result, error: caught };
    } else return;
    this.#endedAt = event.time;
  }

  result(): SpinEnd {
    return { outcome: this.#outcome, durationMs: this.#endedAt - this.#beganAt };
  }
}
