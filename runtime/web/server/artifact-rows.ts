import type { RunSummary } from "../../datastore/reader/run-summary.ts";
import type { ArtifactTable, AttemptResult } from "../../datastore/records.ts";
import type { ArtifactRow } from "../api/shapes.ts";

/** What a task left, and what the run gave to all of them; by name, parameters last. */
export function artifactRows({ parameters, document }: RunSummary, result: AttemptResult | null): ArtifactRow[] {
  const own = rowsOf(result?.artifacts ?? {}, false);
  return [...own, ...rowsOf({ ...document.configs, ...parameters }, true)];
}

function rowsOf(table: ArtifactTable, isParameter: boolean): ArtifactRow[] {
  const rows = Object.entries(table).map(([name, { type, size, hash }]) => ({ name, type, size, hash, isParameter }));
  return rows.sort((one, other) => (one.name < other.name ? -1 : 1));
}
