import type { Datastore } from "../../../runtime/datastore/datastore.ts";
import { collectGarbage, type GcOptions } from "../../../runtime/datastore/maintenance/collect-garbage.ts";
import type { GcReport } from "../../../runtime/datastore/maintenance/gc-report.ts";
import { ownRuns } from "../../../runtime/datastore/reader/run-owner.ts";
import { parseKeepRule } from "../../../runtime/datastore/maintenance/keep-rule.ts";

/** A gc of all flows that keeps runs by these rules, unless more is said. */
export function collectIn(
  store: Datastore,
  { keep, ...more }: Partial<GcOptions> & { readonly keep: readonly string[] },
): Promise<GcReport> {
  const rules = keep.map((text) =>
    parseKeepRule(text, { store, flow: () => "Sample", owner: ownRuns({ username: "ada" }) }),
  );
  const fixed = { flow: null, isDryRun: false, signal: new AbortController().signal, progress: () => undefined };
  return collectGarbage(store, { ...fixed, rules, ...more });
}

/** The runs that a gc kept, as `Flow/run`. */
export function kept(report: GcReport): string[] {
  return report.runs.filter(({ keptBy }) => keptBy.length > 0).map(({ flow, run }) => `${flow}/${run}`);
}
