import type { LocalEnvironment } from "../../engines/local/process-kind.ts";
import type { PackageRecord } from "../../datastore/package-record.ts";
import type { RunDocument } from "../../datastore/records.ts";
import type { FlowGraph } from "../../graph/flow-graph.ts";
import type { Bundle } from "../../package/bundle.ts";
import { mayLoadPackages } from "../../package/reach/may-load-packages.ts";
import type { UsedPackagesOptions } from "../../package/reach/used-packages.ts";

export interface CachedReach {
  /** Null where the code loads no package. */
  readonly packages: PackageRecord | null;
  readonly steps: NonNullable<RunDocument["reach"]>;
}

export interface RecordReachOptions {
  readonly bundle: Bundle;
  readonly graph: FlowGraph;
  /** What `@env` installed, by step. */
  readonly environments: ReadonlyMap<string, LocalEnvironment>;
  readonly cacheFolder: string;
  /** Of this step alone. */
  readonly onlyStep?: string;
}

/** What `@env` installed is left out where nothing is said of it. */
export type PackagesOptions = Pick<RecordReachOptions, "cacheFolder"> &
  Partial<Pick<RecordReachOptions, "environments">>;

/** What the steps with `@cache` can reach, as it is now; null where there are none: then nobody has to wait for it. */
export async function cachedReach(options: RecordReachOptions): Promise<CachedReach | null> {
  const { bundle, graph, onlyStep } = options;
  const cached = graph.steps.filter(
    ({ name, settings: { cache } }) => cache !== undefined && cache.key == null && name === (onlyStep ?? name),
  );
  if (cached.length === 0) return null;
  const packages = await usedPackages(bundle, options);
  const { hashOfReach, stepReach } = await import("../../package/reach/step-reach.ts");
  const reachOf = stepReach({ code: bundle.code, graph, packages });
  return { packages, steps: Object.fromEntries(cached.map(({ name }) => [name, hashOfReach(reachOf(name))])) };
}

/** The packages that the code can load, as they are installed now; null if there are none. */
export async function usedPackages(bundle: Bundle, options: PackagesOptions): Promise<PackageRecord | null> {
  const asked = packagesToRead(bundle, options);
  if (asked === null) return null;
  const { readUsedPackages } = await import("../../package/reach/used-packages.ts");
  return readUsedPackages(asked).packages;
}

/** Null where the code loads no package. */
export function packagesToRead(
  bundle: Bundle,
  { environments = new Map(), cacheFolder }: PackagesOptions,
): UsedPackagesOptions | null {
  const brought = new Map(
    [...environments].flatMap(([step, { packages }]) => (packages === null ? [] : [[step, packages]])),
  );
  if (brought.size === 0 && !mayLoadPackages(bundle.code)) return null;
  return { bundle, environments: brought, cacheFolder };
}
