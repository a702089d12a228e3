import type { LocalEnvironment } from "../compute/local/local-backend.ts";
import { cacheFolder } from "../config.ts";
import type { RunDocument } from "../datastore/records.ts";
import type { FlowGraph } from "../graph/graph.ts";
import type { Bundle } from "../package/bundle.ts";
import type { PackageRecord } from "../package/reach/package-record.ts";
import { mayLoadPackages } from "../package/reach/may-load.ts";

export interface RunReach {
  /** Null where the code loads no package. */
  readonly packages: PackageRecord | null;
  /** For steps with `@cache`; null where there are none. */
  readonly steps: RunDocument["reach"] | null;
}

export interface RecordReachOptions {
  readonly bundle: Bundle;
  readonly graph: FlowGraph;
  /** What `@env` installed, by step. */
  readonly environments: ReadonlyMap<string, LocalEnvironment>;
}

/** What the steps of a run can reach, as it is now. */
export async function recordReach({ bundle, graph, environments }: RecordReachOptions): Promise<RunReach> {
  const packages = await usedPackages(bundle, environments);
  const cached = graph.steps.filter(({ settings }) => settings.cache !== undefined && settings.cache.key == null);
  if (cached.length === 0) return { packages, steps: null };
  const { hashOfReach, stepReach } = await import("../package/reach/step-reach.ts");
  const reachOf = stepReach({ code: bundle.code, graph, packages });
  return { packages, steps: Object.fromEntries(cached.map(({ name }) => [name, hashOfReach(reachOf(name))])) };
}

/** The packages that the code can load, as they are installed now; null if there are none. */
export async function usedPackages(
  bundle: Bundle,
  environments: RecordReachOptions["environments"] = new Map(),
): Promise<PackageRecord | null> {
  const brought = new Map(
    [...environments].flatMap(([step, { packages }]) => (packages === null ? [] : [[step, packages]])),
  );
  if (brought.size === 0 && !mayLoadPackages(bundle.code)) return null;
  const [{ packageRecord }, { ContentCache }] = await Promise.all([
    import("../package/reach/package-record.ts"),
    import("../package/reach/content-cache.ts"),
  ]);
  const contents = new ContentCache(cacheFolder(), bundle.root);
  const record = packageRecord(bundle, { contents, environments: brought });
  contents.save();
  return record;
}
