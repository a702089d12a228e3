import type { LocalEnvironment, LocalPackages } from "../../engines/local/process-kind.ts";
import type { RunDocument } from "../../datastore/records.ts";
import type { StepNode } from "../../graph/flow-graph.ts";
import { writePreload } from "../../package/environment/write-preload.ts";
import { installEnvironment } from "../../package/install-environment.ts";

export interface StepEnvironmentOptions {
  /** Receives what each `@env` step runs in, by step. */
  readonly environments: Map<string, LocalEnvironment>;
  /** What the steps got before, if these very versions are to be had again. */
  readonly versions?: RunDocument["environments"];
  /** Where packages are installed. */
  readonly cacheFolder: string;
  /** npm begins to install a step's packages. */
  installing(step: string, packages: readonly string[]): void;
}

/** Installs what the steps' `@env` ask for; gives the exact versions by step. */
export async function prepareEnvironments(
  steps: readonly StepNode[],
  { environments, cacheFolder, installing, versions: known = {} }: StepEnvironmentOptions,
): Promise<RunDocument["environments"]> {
  const versions: Record<string, Readonly<Record<string, string>>> = {};
  for (const { name, settings } of steps) {
    if (settings.env === undefined) continue;
    const { vars, packages } = settings.env;
    const names = Object.keys(packages);
    const installed =
      names.length === 0
        ? null
        : await installEnvironment(theSame(packages, known[name] ?? {}), {
            cacheFolder,
            step: name,
            onInstall: (wanted) => installing(name, wanted),
          });
    if (installed !== null) versions[name] = installed.versions;
    const key = JSON.stringify([installed?.folder ?? null, Object.entries(vars).sort()]);
    environments.set(name, { key, vars, packages: installed === null ? null : here(installed.folder, names) });
  }
  return versions;
}

function here(folder: string, packages: readonly string[]): LocalPackages {
  return { folder, packages, preload: writePreload({ folder, packages }) };
}

/**
 * What was asked for, in the versions that were had. Only of the registry's packages these say all: an alias, an archive or
 * a repository is asked for as it was.
 */
function theSame(
  asked: Readonly<Record<string, string>>,
  had: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const isOfRegistry = (wanted: string) => !/[:/]/.test(wanted);
  return Object.fromEntries(
    Object.entries(asked).map(([name, wanted]) => {
      const version = had[name];
      return [name, version !== undefined && /^\d/.test(version) && isOfRegistry(wanted) ? version : wanted];
    }),
  );
}
