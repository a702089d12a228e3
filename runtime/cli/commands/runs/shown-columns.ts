import type { Datastore } from "../../../datastore/datastore.ts";
import type { RunSummary } from "../../../datastore/reader/run-summary.ts";
import { cellText, isNumeric } from "../../show/cell-text.ts";
import { jsonValue } from "../../show/json-value.ts";
import { chosenColumns } from "./chosen-columns.ts";

/** Columns that the user asked for, ready to be shown. */
export interface ShownColumns {
  readonly names: readonly string[];
  /** Columns, from 0, that hold nothing but numbers. */
  readonly numeric: readonly number[];
  readonly warnings: readonly string[];
  /** Of the run at that place; `-` where it has no such value. */
  cells(run: number): string[];
  /** Values by name, without those that the run does not have. */
  json(run: number): Record<string, unknown>;
}

export function shownColumns(
  store: Datastore,
  asked: { runs: readonly RunSummary[]; texts: readonly string[] },
): ShownColumns {
  const { names, rows, warnings } = chosenColumns(store, asked);
  const values = (at: number) => rows.flatMap((row) => row[at] ?? []);
  return {
    names,
    warnings,
    numeric: [...names.keys()].filter((at) => values(at).every(({ value }) => isNumeric(value))),
    cells: (run) => (rows[run] ?? []).map((found) => (found === null ? "-" : cellText(found.value))),
    json(run) {
      const found = names.map((name, at) => [name, rows[run]?.[at] ?? null] as const);
      return Object.fromEntries(
        found.flatMap(([name, one]) => (one === null ? [] : [[name, plain(one.value)] as const])),
      );
    },
  };
}

function plain(value: unknown): unknown {
  const json = jsonValue(value);
  return "value" in json ? json.value : json.plain;
}
