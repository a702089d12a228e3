import type { StandardSchemaV1 } from "@standard-schema/spec";

/** Where a value does not fit, and why; for people and programs. */
export interface RowIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What a schema made of a value, or why it does not fit. */
export type CheckedRow = { readonly value: unknown } | { readonly issues: readonly RowIssue[] };

/** Checks one value. At once, unless the schema takes its time. */
export function checkedRow(schema: StandardSchemaV1, row: unknown): CheckedRow | Promise<CheckedRow> {
  const result = schema["~standard"].validate(row);
  return result instanceof Promise ? result.then(ofResult) : ofResult(result);
}

function ofResult(result: StandardSchemaV1.Result<unknown>): CheckedRow {
  if (result.issues === undefined) return { value: result.value };
  return { issues: result.issues.map(({ message, path = [] }) => ({ path: path.map(partOf), message })) };
}

function partOf(part: PropertyKey | StandardSchemaV1.PathSegment): string | number {
  const key = typeof part === "object" ? part.key : part;
  return typeof key === "number" ? key : String(key);
}
