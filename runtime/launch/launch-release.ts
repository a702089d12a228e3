import { prepareDatastore } from "../datastore/datastore.ts";
import { readRelease } from "../datastore/kinds/release.ts";
import { namedEngines } from "./engines/chosen-engines.ts";
import { stageOf } from "./run/stage.ts";
import type { LaunchedRun, LaunchOptions } from "./run/launch-options.ts";
import { start } from "./run/start.ts";
import { keepRelease } from "./release/keep-release.ts";
import { openRelease } from "./release/open-release.ts";
import { sourcesOf } from "./release/sources-of.ts";
import { orClosed } from "./run/run-engines.ts";
import { settleValues } from "./run/settle-values.ts";
import { stepSecrets } from "./run/step-secrets.ts";
import type { GivenFields } from "./values/resolve-parameters.ts";

export interface ReleaseLaunchOptions extends LaunchOptions {
  /** Name of the release. */
  readonly release: string;
  /** Where its package's relative paths lie on this machine, if not where they lay when it was made. */
  readonly root?: string;
  readonly parameters: Pick<GivenFields, "texts" | "values">;
  readonly tags: readonly string[];
  readonly cwd: string;
}

/**
 * Begins a run of a stored release and drives it, where the flow's file and class may never have been.
 * @throws MillraceError for a release that cannot be read, a parameter without a usable value, an engine that refuses
 */
export async function launchRelease(launch: ReleaseLaunchOptions): Promise<LaunchedRun> {
  const { parameters: given, root, tags, cwd, on } = launch;
  const document = readRelease(launch.store.blobs, launch.release);
  const stored = { hash: launch.release, document };
  // Nothing may name it: the runs that did can be gone.
  keepRelease(launch.store, stored);
  const release = await openRelease(stored, {
    store: launch.store,
    settings: launch.settings,
    root,
    installing: (step, packages) => on.installing(step, packages),
  });
  const parameters = await settleValues(release, {
    ...given,
    cwd,
    env: launch.settings.env,
    store: launch.store,
  });
  const engineOf = namedEngines(document.engines);
  const secrets = await stepSecrets(await sourcesOf(release, launch.store), {
    flowFile: release.flowFile,
    engines: engineOf,
  });
  const shippedRuntime = document.shipment?.runtime;
  const stage = await stageOf({ graph: document.graph, engines: engineOf, secrets, shippedRuntime }, launch);
  const { engines } = stage;
  prepareDatastore(stage.store);
  engines.warmUp(null);
  return orClosed(engines, async () => {
    await engines.ready();
    return start({ ...launch, ...stage, release, origin: null, parameters, tags });
  });
}
