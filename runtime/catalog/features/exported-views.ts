import { isRecord } from "../../../sdk/base/is-record.ts";
import type { ViewSpec } from "./view-spec.ts";

/** The feature views among the exports of a module, each once; the file's own copy of the package may have made them. */
export function exportedViews(exports: Readonly<Record<string, unknown>>): readonly ViewSpec[] {
  return [...new Set(Object.values(exports).flatMap((value) => viewOf(value) ?? []))];
}

/** Null if the value is not a view: only its form can be asked about. */
function viewOf(value: unknown): ViewSpec | null {
  const all = isRecord(value) ? value["all"] : null;
  const definition = isRecord(all) ? all["definition"] : null;
  const isView = isRecord(definition) && definition["features"] instanceof Map && isRecord(definition["source"]);
  return isView ? (definition as unknown as ViewSpec) : null;
}
