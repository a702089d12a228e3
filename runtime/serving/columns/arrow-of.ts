import type { DataType } from "apache-arrow";
import { isRecord } from "../../../sdk/base/is-record.ts";
import type { RowSchema } from "../model/row-schema.ts";
import type { Arrow } from "./load-arrow.ts";

export interface ArrowAnswers {
  readonly answers: readonly unknown[];
  /** JSON Schema of an answer: names the columns where there is no answer. */
  readonly schema: RowSchema;
}

/** Answers as a stream of Arrow: a column for each field, or the column `answer` where they are values. */
export function arrowOf(arrow: Arrow, { answers, schema }: ArrowAnswers): Uint8Array {
  const { Field, Null, Schema, Table, tableToIPC, vectorFromArray } = arrow;
  if (answers.length === 0) {
    const fields = namesIn(schema).map((name) => new Field(name, new Null(), true));
    return tableToIPC(new Table(new Schema(fields)), "stream");
  }
  const names = new Set(answers.flatMap((answer) => (hasFields(answer) ? Object.keys(answer) : [VALUE])));
  const columns = [...names].map((name) => {
    const values = answers.map((answer) => valueOf(answer, name));
    const type = typeOf(arrow, values);
    // Values of several kinds are no column, but JSON of each is.
    if (type === null) return [name, vectorFromArray(values.map(jsonOf), new arrow.Utf8())] as const;
    return [name, vectorFromArray(values, type)] as const;
  });
  return tableToIPC(new Table(Object.fromEntries(columns)), "stream");
}

const VALUE = "answer";

/** An instant is a value. */
function hasFields(answer: unknown): answer is Readonly<Record<string, unknown>> {
  return isRecord(answer) && !(answer instanceof Date);
}

function namesIn({ properties }: RowSchema): string[] {
  return isRecord(properties) ? Object.keys(properties) : [VALUE];
}

function valueOf(answer: unknown, name: string): unknown {
  const value = hasFields(answer) ? answer[name] : name === VALUE ? answer : undefined;
  return value instanceof Date && Number.isNaN(value.getTime()) ? null : (value ?? null);
}

function jsonOf(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value, wholeAsText);
}

function wholeAsText(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

/** Of values of one kind; null where they are of several. Arrow's own guess has none for an empty list among others. */
function typeOf(arrow: Arrow, values: readonly unknown[]): DataType | null {
  const there = values.filter((value) => value !== null && value !== undefined);
  const [kind = "null", ...others] = new Set(there.map(kindOf));
  if (others.length > 0) return null;
  switch (kind) {
    case "null":
      return new arrow.Null();
    case "number":
      return new arrow.Float64();
    case "boolean":
      return new arrow.Bool();
    case "bigint":
      return (there as bigint[]).every((value) => BigInt.asIntN(64, value) === value) ? new arrow.Int64() : null;
    case "string":
      return new arrow.Utf8();
    case "instant":
      return new arrow.TimestampMillisecond();
    case "list": {
      const item = typeOf(arrow, (there as (readonly unknown[])[]).flat());
      return item === null ? null : new arrow.List(new arrow.Field("item", item, true));
    }
    case "object": {
      const rows = there as Readonly<Record<string, unknown>>[];
      const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
      const types = names.map((name) => ({
        name,
        type: typeOf(
          arrow,
          rows.map((row) => row[name] ?? null),
        ),
      }));
      const fields = types.flatMap(({ name, type }) => (type === null ? [] : [new arrow.Field(name, type, true)]));
      return fields.length < names.length ? null : new arrow.Struct(fields);
    }
    default:
      return null;
  }
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "list";
  return value instanceof Date ? "instant" : typeof value;
}
