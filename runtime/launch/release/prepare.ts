import path from "node:path";
import type { Datastore } from "../../datastore/datastore.ts";
import type { LocalEnvironment } from "../../engines/local/process-kind.ts";
import { type Bundle, bundleFlow } from "../../package/bundle.ts";
import { gitState } from "../../package/git-state.ts";
import { shipProject } from "../engines/ship-project.ts";
import type { FlowPlan } from "../plan/plan-run.ts";
import type { Settings } from "../../settings/read-settings.ts";
import { cachedReach } from "./cached-reach.ts";
import { prepareEnvironments } from "./prepare-environments.ts";
import type { PreparedRelease } from "./release.ts";
import type { SecretSources } from "./secret-sources.ts";
import { storeRelease } from "./store-release.ts";

export interface PrepareOptions {
  readonly store: Datastore;
  readonly secrets: SecretSources;
  readonly settings: Settings;
  /** The flow file's bundle, if it was made already. */
  readonly bundle: Bundle | null;
  /** Nothing is stored before this resolves. */
  readonly accepted?: Promise<void>;
  /** Where no other step will run. */
  readonly onlyStep?: string;
  readonly millraceVersion: string;
  /** npm begins to install a step's packages. */
  installing(step: string, packages: readonly string[]): void;
  warning(text: string): void;
}

/** Makes a release of a flow as it is now: bundles, installs and packs what its tasks need, and stores it. */
export async function prepare(plan: FlowPlan, options: PrepareOptions): Promise<PreparedRelease> {
  const { Flow, graph, engines } = plan;
  const { store, secrets, settings, onlyStep, millraceVersion, warning } = options;
  const { cacheFolder } = settings;
  const environments = new Map<string, LocalEnvironment>();
  const steps = graph.steps.filter(({ name }) => name === (onlyStep ?? name));
  const [bundle, versions, git] = await Promise.all([
    options.bundle ?? bundleFlow(plan.flowFile),
    prepareEnvironments(steps, {
      environments,
      cacheFolder,
      installing: (step, packages) => options.installing(step, packages),
    }),
    gitState(path.dirname(plan.flowFile)),
    options.accepted,
  ]);
  const reach = await cachedReach({
    bundle,
    graph,
    environments,
    cacheFolder,
    ...(onlyStep === undefined ? {} : { onlyStep }),
  });
  const ship =
    engines.size === 0
      ? null
      : await shipProject({
          ...{ ...plan, secrets, settings, bundle, environments, versions, warning },
          installing: (step, packages) => options.installing(step, packages),
        });
  const parts = {
    plan,
    bundle,
    millraceVersion,
    environments: versions,
    reach: reach?.steps ?? null,
    secrets,
    ship,
    git,
  };
  return {
    ...storeRelease(store.blobs, parts),
    ...{ bundle, environments, flowFile: plan.flowFile },
    ...(reach === null ? {} : { packages: reach.packages }),
    flow: () => Promise.resolve(Flow),
  };
}
