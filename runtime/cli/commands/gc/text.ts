import type { Colors } from "picocolors/types.js";
import type { GarbageKind, GcReport } from "../../../datastore/maintenance/gc-report.ts";
import { counted } from "../../../text/counted.ts";
import { sizeText } from "../../../text/size-text.ts";
import { tableText } from "../../show/table-text.ts";

const NAMES: Readonly<Record<GarbageKind, string>> = {
  runs: "runs",
  spins: "spins",
  rests: "rests of removed runs",
  blobs: "blobs",
  cache: "cache entries",
  notes: "old notes for schedulers",
  temporary: "unfinished files",
};
/** This many runs are named; --json names all. */
const MAX_LISTED = 10;

export function gcJson({ isDryRun, removed, runs, keptBlobs }: GcReport): object {
  return {
    dryRun: isDryRun,
    removed,
    runs: runs.map(({ flow, run, keptBy }) => ({ flow, run, kept: keptBy.length > 0, by: keptBy })),
    keptBlobs,
  };
}

export function gcText(report: GcReport, { colors, hasRules }: { colors: Colors; hasRules: boolean }): string {
  const { isDryRun, removed, runs, keptBlobs } = report;
  const kinds = (Object.keys(NAMES) as GarbageKind[]).filter((kind) => removed[kind].count > 0);
  const gone = runs.filter(({ keptBy }) => keptBy.length === 0);
  const young = keptBlobs === 0 ? "" : " (with those younger than an hour)";
  const kept = `kept: ${counted(runs.length - gone.length, "run")}, ${counted(keptBlobs, "blob")}${young}`;
  const hint = hasRules ? "" : "; --keep 20 would keep the latest 20 runs of each flow and remove the others";
  if (kinds.length === 0) return `nothing to remove\n${colors.dim(kept + hint)}`;
  const table = tableText({
    header: [isDryRun ? "WOULD REMOVE" : "REMOVED", "COUNT", "SIZE"],
    right: [1, 2],
    styleHeader: colors.dim,
    rows: kinds.map((kind) => [NAMES[kind], String(removed[kind].count), sizeText(removed[kind].bytes)]),
  });
  return [table, ...listed(gone), colors.dim(kept + hint)].join("\n");
}

function listed(runs: GcReport["runs"]): string[] {
  const names = runs.slice(0, MAX_LISTED).map(({ flow, run }) => `  ${flow}/${run}`);
  return runs.length > names.length ? [...names, `  … ${runs.length - names.length} more`] : names;
}
