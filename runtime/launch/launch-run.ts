import type { EarlyWorker } from "../engines/local/spawn-worker.ts";
import { prepareDatastore } from "../datastore/datastore.ts";
import type { Bundle } from "../package/bundle.ts";
import { leftJobs } from "./engines/left-jobs.ts";
import type { RunPlan } from "./plan/plan-run.ts";
import { prepare } from "./release/prepare.ts";
import type { PreparedRelease } from "./release/release.ts";
import { secretSources } from "./release/secret-sources.ts";
import { orClosed } from "./run/run-engines.ts";
import { type Stage, stageOf } from "./run/stage.ts";
import type { LaunchedRun, LaunchOptions } from "./run/launch-options.ts";
import { start } from "./run/start.ts";
import { stepSecrets } from "./run/step-secrets.ts";

/** The same of a run whose flow has just been read. */
export interface PlanLaunchOptions extends LaunchOptions {
  /** The flow file's bundle, if it was made already. */
  readonly bundle: Bundle | null;
  /** A worker that was started before the flow was read. */
  readonly early: EarlyWorker | null;
}

/** Prepares a release of the flow, begins a run of it and drives that. */
export async function launchRun(plan: RunPlan, launch: PlanLaunchOptions): Promise<LaunchedRun> {
  const { origin, parameters, tags } = plan;
  const staged = await stageOfPlan(plan, launch);
  const { engines } = staged;
  engines.warmUp(launch.early);
  return orClosed(engines, async () => {
    const release = await staged.prepare();
    return start({ ...launch, ...staged, release, origin, parameters, tags });
  });
}

export interface StagedPlan extends Stage {
  /** Makes and stores the release, once the engines accept its steps. */
  prepare(): Promise<PreparedRelease>;
}

/** What a run of that plan needs before it begins; its datastore is ready to be written to. */
export async function stageOfPlan(plan: RunPlan, launch: PlanLaunchOptions): Promise<StagedPlan> {
  const { graph, origin, flowFile, engines: stepEngines } = plan;
  const sources = secretSources(plan.Flow, plan.configs);
  const secrets = await stepSecrets(sources, { flowFile, engines: stepEngines });
  const stage = await stageOf({ graph, engines: stepEngines, secrets }, launch);
  const { store, engines, warning } = stage;
  for (const text of plan.warnings ?? []) warning(text);
  prepareDatastore(store);
  if (origin !== null) {
    const used = new Set(stepEngines.values());
    for (const text of leftJobs(store.storage, { ...launch, origin, used })) warning(text);
  }
  return {
    ...stage,
    prepare: () =>
      prepare(plan, {
        ...launch,
        ...{ store, warning, secrets: sources, accepted: engines.ready() },
        installing: (step, packages) => launch.on.installing(step, packages),
      }),
  };
}
