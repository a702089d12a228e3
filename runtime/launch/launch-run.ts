import { messageOf } from "../../sdk/base/message-of.ts";
import type { TaskLogged, TaskWaits } from "../engines/backend.ts";
import type { EarlyWorker } from "../engines/local/spawn-worker.ts";
import { type Datastore, prepareDatastore } from "../datastore/datastore.ts";
import type { RunEvent } from "../datastore/events.ts";
import type { RunDocument } from "../datastore/records.ts";
import type { Bundle } from "../package/bundle.ts";
import type { RunState } from "../scheduler/state.ts";
import type { RunSecrets } from "../secrets/run-secrets.ts";
import { watchedBlobs } from "../secrets/watched-blobs.ts";
import type { StepEngines } from "./engines/chosen-engines.ts";
import { leftJobs } from "./engines/left-jobs.ts";
import { type SharedGpus, sharedGpus } from "./engines/shared-gpus.ts";
import type { RunPlan } from "./plan/plan-run.ts";
import type { OriginRun } from "./plan/read-origin.ts";
import { packagesToRead } from "./release/cached-reach.ts";
import { prepare } from "./release/prepare.ts";
import type { PreparedRelease } from "./release/release.ts";
import { secretSources } from "./release/secret-sources.ts";
import { begin } from "./run/begin.ts";
import { callExitHook } from "./run/call-exit-hook.ts";
import { drive } from "./run/drive.ts";
import { notePackages } from "./run/note-packages.ts";
import { type BranchChoice, projectPlace } from "./run/project-place.ts";
import { orClosed, RunEngines } from "./run/run-engines.ts";
import type { ResolvedRunOptions } from "./run/run-options.ts";
import { stepSecrets } from "./run/step-secrets.ts";

/** What every front end says of a run that it starts. */
export interface LaunchOptions {
  readonly store: Datastore;
  readonly options: ResolvedRunOptions;
  /** Of a `@project` flow. */
  readonly branch?: BranchChoice;
  /** How the user calls the command line, for hints. */
  readonly programName: string;
  readonly millraceVersion: string;
  readonly on: LaunchListener;
}

/** The same of a run whose flow has just been read. */
export interface PlanLaunchOptions extends LaunchOptions {
  /** The flow file's bundle, if it was made already. */
  readonly bundle: Bundle | null;
  /** A worker that was started before the flow was read. */
  readonly early: EarlyWorker | null;
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

/** Prepares a release of the flow, begins a run of it and drives that. */
export async function launchRun(plan: RunPlan, launch: PlanLaunchOptions): Promise<LaunchedRun> {
  const { graph, origin, flowFile, parameters, tags, engines: stepEngines } = plan;
  const sources = secretSources(plan.Flow, plan.configs);
  const stage = staged(stepSecrets(sources, { flowFile }), launch);
  const { store, warning } = stage;
  prepareDatastore(store);
  if (origin !== null) {
    const used = new Set(stepEngines.values());
    for (const text of leftJobs(store.storage, { ...launch, origin, used })) warning(text);
  }
  const gpus = sharedGpus(graph, stepEngines);
  const engines = enginesOf({ graph, engines: stepEngines, gpus }, { ...launch, ...stage });
  engines.warmUp(launch.early);
  return orClosed(engines, async () => {
    const release = await prepare(plan, {
      ...launch,
      ...{ store, warning, secrets: sources, accepted: engines.ready() },
      installing: (step, packages) => launch.on.installing(step, packages),
    });
    return start({ ...launch, ...stage, release, engines, gpus, origin, parameters, tags });
  });
}

/** What runs from a flow and from a stored release have in common before both have their release. */
export interface Stage {
  readonly store: Datastore;
  readonly secrets: RunSecrets;
  warning(text: string): void;
}

/** What is stored for the run is searched for its secrets, and warnings are masked for them. */
export function staged(secrets: RunSecrets, { store, on }: Pick<LaunchOptions, "store" | "on">): Stage {
  const warning = (text: string) => on.warning(secrets.redactor?.text(text) ?? text);
  const blobs = watchedBlobs(store.blobs, {
    redactor: () => secrets.redactor,
    onFound: (name) => warning(`the value given for ${name} holds a secret of @secrets, and is stored as it is`),
  });
  return { store: { ...store, blobs }, secrets, warning };
}

export function enginesOf(
  of: {
    readonly graph: RunPlan["graph"];
    readonly engines: StepEngines;
    readonly gpus: SharedGpus;
  },
  { options, programName, store, secrets, warning }: LaunchOptions & Stage,
): RunEngines {
  return new RunEngines({ ...of, ...options, programName, store, secrets, onWarning: warning });
}

export interface StartOptions extends LaunchOptions, Stage {
  readonly release: PreparedRelease;
  readonly engines: RunEngines;
  readonly gpus: SharedGpus;
  readonly origin: OriginRun | null;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
}

/** Begins a run of the release and drives it; its exit hook is called at the end. */
export async function start(of: StartOptions): Promise<LaunchedRun> {
  const { release, origin, on, warning } = of;
  const { flow, project, graph } = release.document;
  const begun = begin(release, {
    ...of,
    project: projectPlace(project, { flow, ...of.branch }),
    originRun: origin?.document.run ?? null,
  });
  const { document, record } = begun;
  on.created(document);
  const { finished, interrupt } = await drive(begun, {
    ...of,
    graph,
    capacities: [of.gpus],
    alongside: () =>
      notePackages({
        ...{ record, document, known: release.packages },
        asked: packagesToRead(release.bundle, release.environments),
        onError: (error) => warning(`the packages of this run cannot be noted: ${messageOf(error)}`),
      }),
  });
  const concluded = finished.then(async (state) => {
    const trouble = await callExitHook(release, { run: document.run, state });
    if (trouble !== null) warning(trouble);
    return state;
  });
  return { document, finished: concluded, interrupt };
}
