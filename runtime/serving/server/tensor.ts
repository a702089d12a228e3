import { isRecord } from "../../../sdk/base/is-record.ts";

/** A tensor of the Open Inference Protocol, as JSON. */
export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly data: readonly unknown[];
}

/**
 * Rows of the tensors of a request: their first dimension counts the rows, and each tensor is a field; where a row is
 * itself a value, the one tensor is that. Gives the fault of what cannot be read so.
 */
export function rowsOfTensors(
  inputs: unknown,
  { isField }: { readonly isField: boolean },
): { readonly rows: readonly unknown[] } | { readonly fault: string } {
  if (!Array.isArray(inputs) || inputs.length === 0) return { fault: "inputs is not an array of tensors" };
  const columns: { readonly name: string; readonly values: readonly unknown[] }[] = [];
  for (const [index, given] of inputs.entries()) {
    const read = columnOf(given);
    if ("fault" in read) return { fault: `input ${index}: ${read.fault}` };
    columns.push(read);
  }
  const [first, ...others] = columns;
  const count = first?.values.length ?? 0;
  const odd = others.find(({ values }) => values.length !== count);
  if (odd !== undefined)
    return { fault: `${odd.name} has ${odd.values.length} rows, and ${first?.name ?? ""} has ${count}` };
  if (!isField && others.length > 0) return { fault: "a row is one value, so one tensor was wanted" };
  if (!isField) return { rows: first?.values ?? [] };
  return {
    rows: Array.from({ length: count }, (_, index) =>
      Object.fromEntries(columns.map(({ name, values }) => [name, values[index]])),
    ),
  };
}

function columnOf(
  given: unknown,
): { readonly name: string; readonly values: readonly unknown[] } | { readonly fault: string } {
  if (!isRecord(given)) return { fault: "it is not a tensor" };
  const { name, shape, data } = given;
  if (typeof name !== "string") return { fault: "it has no name" };
  if (!Array.isArray(data)) return { fault: `${name} has no data; binary tensors are not taken` };
  if (!Array.isArray(shape) || !shape.every((one) => Number.isSafeInteger(one) && Number(one) >= 0))
    return { fault: `${name} has no shape` };
  if (shape.length > MOST_DIMENSIONS)
    return { fault: `${name} has ${shape.length} dimensions; ${MOST_DIMENSIONS} are taken at most` };
  const [rows = 1, ...inner] = shape as number[];
  const flat = data.flat(MOST_DIMENSIONS) as unknown[];
  if (flat.some(Array.isArray)) return { fault: `${name} has data that is nested deeper than its shape` };
  const size = inner.reduce((product, one) => product * one, 1);
  if (flat.length !== rows * size)
    return { fault: `${name} has ${flat.length} values, and its shape ${JSON.stringify(shape)} says ${rows * size}` };
  if (rows > 0 && size === 0) return { fault: `${name} has rows without values` };
  const values = Array.from({ length: rows }, (_, row) => nested(flat.slice(row * size, (row + 1) * size), inner));
  return { name, values };
}

/** More are nobody's, and each is a call within a call. */
const MOST_DIMENSIONS = 8;

function nested(flat: readonly unknown[], [first, ...inner]: readonly number[]): unknown {
  if (first === undefined) return flat[0];
  const size = inner.reduce((product, one) => product * one, 1);
  return Array.from({ length: first }, (_, index) => nested(flat.slice(index * size, (index + 1) * size), inner));
}

/** The tensors of answers: one for each field, or one for all where an answer is a value; of the types that their schema says. */
export function tensorsOf(answers: readonly unknown[], schema: Readonly<Record<string, unknown>>): Tensor[] {
  const said = tensorsOfSchema(schema, "output");
  if (answers.length === 0) return said.map(({ name, datatype }) => ({ name, shape: [0], datatype, data: [] }));
  const isInteger = (name: string) => said.some((one) => one.name === name && one.datatype === "INT64");
  const of = (name: string, values: readonly unknown[]) => tensor(name, { values, isInteger: isInteger(name) });
  if (!answers.every(isRecord)) return [of("output", answers)];
  const names = new Set(answers.flatMap((answer) => Object.keys(answer)));
  return [...names].map((name) =>
    of(
      name,
      answers.map((answer) => answer[name] ?? null),
    ),
  );
}

interface Values {
  readonly values: readonly unknown[];
  readonly isInteger: boolean;
}

function tensor(name: string, { values, isInteger }: Values): Tensor {
  const [first] = values;
  const width = Array.isArray(first) ? first.length : null;
  if (width !== null && values.every((value) => Array.isArray(value) && value.length === width)) {
    const flat = (values as readonly (readonly unknown[])[]).flat();
    const datatype = datatypeOf({ values: flat, isInteger });
    if (datatype !== null) return { name, shape: [values.length, width], datatype, data: flat };
  }
  const datatype = datatypeOf({ values, isInteger });
  const shape = [values.length];
  if (datatype !== null) return { name, shape, datatype, data: values };
  return { name, shape, datatype: "BYTES", data: values.map((value) => JSON.stringify(value)) };
}

/** Null for what no tensor can hold as it is. */
function datatypeOf({ values, isInteger }: Values): string | null {
  if (isInteger && values.every(Number.isSafeInteger)) return "INT64";
  if (values.every((value) => typeof value === "number")) return "FP64";
  if (values.every((value) => typeof value === "boolean")) return "BOOL";
  return values.every((value) => typeof value === "string") ? "BYTES" : null;
}

/** The tensors that a JSON Schema of a row or an answer describes. */
export function tensorsOfSchema(schema: Readonly<Record<string, unknown>>, name: string) {
  const { type, properties } = schema;
  if (type !== "object" || !isRecord(properties)) return [described(name, schema)];
  return Object.entries(properties).map(([field, of]) => described(field, isRecord(of) ? of : {}));
}

const DATATYPES: Readonly<Record<string, string>> = { number: "FP64", integer: "INT64", boolean: "BOOL" };

function described(name: string, { type, items }: Readonly<Record<string, unknown>>) {
  const isArray = type === "array";
  const scalar = isArray && isRecord(items) ? items["type"] : type;
  return { name, datatype: DATATYPES[String(scalar)] ?? "BYTES", shape: isArray ? [-1, -1] : [-1] };
}
