import path from "node:path";
import type { Datastore } from "../../datastore/datastore.ts";
import type { LocalEnvironment } from "../../engines/local/process-kind.ts";
import { readCodePackage } from "../../package/read-code-package.ts";
import type { Settings } from "../../settings/read-settings.ts";
import { prepareEnvironments } from "./prepare-environments.ts";
import type { PreparedRelease, Release } from "./release.ts";
import { storedFlow } from "./stored-flow.ts";

export interface OpenReleaseOptions {
  readonly store: Datastore;
  /**
   * Where the package's relative paths lie on this machine, for tasks that run here.
   * @defaultValue where they lay when the release was made
   */
  readonly root?: string | undefined;
  readonly settings: Settings;
  /** Where no other step runs here. */
  readonly onlyStep?: string;
  /** npm begins to install a step's packages. */
  installing(step: string, packages: readonly string[]): void;
}

/** Gets ready on this machine what tasks of a stored release need here; its class is not loaded. */
export async function openRelease(release: Release, options: OpenReleaseOptions): Promise<PreparedRelease> {
  const { store, settings, onlyStep, installing } = options;
  const { document } = release;
  const { graph, engines, environments: versions } = document;
  const environments = new Map<string, LocalEnvironment>();
  const here = graph.steps.filter(({ name }) =>
    onlyStep === undefined ? !Object.hasOwn(engines, name) : name === onlyStep,
  );
  const { cacheFolder } = settings;
  await prepareEnvironments(here, {
    environments,
    versions,
    cacheFolder,
    installing: (...asked) => installing(...asked),
  });
  const code = readCodePackage(store.blobs, document.code);
  const bundle = { code, root: options.root ?? document.place.root };
  const flowFile = options.root === undefined ? document.place.file : path.join(options.root, document.flowFile);
  return {
    ...release,
    bundle,
    environments,
    flowFile,
    flow: storedFlow({ flow: document.flow, flowFile, bundle: () => bundle }),
  };
}
