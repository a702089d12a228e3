import { isRecord } from "../../../sdk/base/is-record.ts";
import type { RowSchema } from "../model/row-schema.ts";

interface NamedColumn {
  readonly name: string;
  readonly values: readonly unknown[];
}

/**
 * The rows of columns: each column is a field; where a row is itself a value, the one column is that. What is null is left
 * out of a row unless the schema of its field takes null.
 *
 * @throws Error where a row is one value and there are several columns
 */
export function rowsOfColumns(columns: readonly NamedColumn[], schema: RowSchema): unknown[] {
  if (columns.length === 0) throw new Error("it has no columns");
  const isRow = (schema["type"] ?? "object") === "object";
  if (!isRow && columns.length > 1) throw new Error(`a row is one value, and it has ${columns.length} columns`);
  if (!isRow) return [...(columns[0]?.values ?? [])];
  const kept = columns.map(({ name, values }) => ({ name, values, fit: fitted(fieldOf(schema, name)) }));
  return Array.from({ length: columns[0]?.values.length ?? 0 }, (_, row) => {
    const fields: [string, unknown][] = [];
    for (const { name, values, fit } of kept) {
      const value = fit(values[row] ?? null);
      if (value !== undefined) fields.push([name, value]);
    }
    return Object.fromEntries(fields);
  });
}

/** What a value becomes under a schema; undefined for what is left out. */
type Fit = (value: unknown) => unknown;

function fitted(schema: RowSchema): Fit {
  const isNullKept = takesNull(schema);
  const inner = innerFit(schema);
  return (value) => (value === null ? (isNullKept ? null : undefined) : inner(value));
}

/** Of a list or an object: what is null in them is left out by the same rule. */
function innerFit(schema: RowSchema): Fit {
  const { properties, items } = notNull(schema);
  if (isRecord(items)) {
    const item = innerFit(items);
    // A list keeps its length.
    return item === asIs
      ? asIs
      : (list) => (Array.isArray(list) ? list.map((one) => (one === null ? null : item(one))) : list);
  }
  if (!isRecord(properties)) return asIs;
  const fields = new Map(Object.keys(properties).map((name) => [name, fitted(fieldOf(schema, name))]));
  return (value) => {
    if (!isRecord(value)) return value;
    const found = Object.entries(value).map(([name, field]) => [name, (fields.get(name) ?? asIs)(field)] as const);
    return Object.fromEntries(found.filter(([, field]) => field !== undefined));
  };
}

function asIs(value: unknown): unknown {
  return value;
}

function fieldOf(schema: RowSchema, name: string): RowSchema {
  const { properties } = notNull(schema);
  const property = isRecord(properties) && Object.hasOwn(properties, name) ? properties[name] : {};
  return isRecord(property) ? property : {};
}

/** Of one that takes null or one other thing, that thing. */
function notNull(schema: RowSchema): RowSchema {
  const choices = choicesOf(schema).filter((one) => one["type"] !== "null");
  return choices.length === 1 && choices[0] ? notNull(choices[0]) : schema;
}

function choicesOf({ anyOf, oneOf }: RowSchema): RowSchema[] {
  return [anyOf, oneOf].flatMap((choices) => (Array.isArray(choices) ? choices.filter(isRecord) : []));
}

/** One that says nothing of what it takes, takes it. */
function takesNull(schema: RowSchema): boolean {
  const { type, enum: values } = schema;
  if (type === "null" || (Array.isArray(type) && type.includes("null"))) return true;
  if (Array.isArray(values)) return values.includes(null);
  if ("const" in schema) return schema["const"] === null;
  const choices = choicesOf(schema);
  if (choices.length > 0) return choices.some(takesNull);
  return type === undefined && !("$ref" in schema) && !("allOf" in schema);
}
