import { isRecord } from "../../../sdk/base/is-record.ts";
import type { DataSketch, TableSketch } from "../../datastore/kinds/data-sketch.ts";
import { RECORD_FORMAT } from "../../datastore/records.ts";
import { sketchTable } from "../../sketch/sketch-table.ts";
import { modelError, shown } from "./model-error.ts";

/**
 * Counts the data that a model was made from. The rows themselves are not kept.
 * @throws MillraceError `MILLRACE_MODEL` for what are no rows
 */
export function referenceSketch(model: string, reference: unknown): DataSketch | null {
  if (reference === undefined || reference === null) return null;
  const unknown = isRecord(reference)
    ? Object.keys(reference).find((name) => name !== "input" && name !== "output")
    : "";
  if (!isRecord(reference) || unknown !== undefined)
    throw refused(
      model,
      `its reference is not { input: rows, output: rows }: ${unknown === "" ? shown(reference) : unknown}`,
    );
  const [input, output] = [tableOf(model, { reference, what: "input" }), tableOf(model, { reference, what: "output" })];
  return input === null && output === null ? null : { format: RECORD_FORMAT, input, output };
}

function tableOf(
  model: string,
  { reference, what }: { readonly reference: Readonly<Record<string, unknown>>; readonly what: "input" | "output" },
): TableSketch | null {
  const rows = reference[what];
  if (rows === undefined || rows === null) return null;
  if (Array.isArray(rows)) return sketchTable(rows);
  if (ArrayBuffer.isView(rows) && !(rows instanceof DataView)) return sketchTable(Array.from(rows as Float64Array));
  throw refused(model, `the ${what} of its reference is not an array of rows: ${shown(rows)}`);
}

function refused(model: string, because: string): Error {
  return modelError(`Cannot register ${model} because ${because}`, {
    hint: "pass the rows that it was trained on, and its answers to them: reference: { input: rows, output: answers }",
  });
}
