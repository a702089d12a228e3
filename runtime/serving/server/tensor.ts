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
  const [rows = 1, ...inner] = shape as number[];
  const flat = data.flat(Infinity) as unknown[];
  const size = inner.reduce((product, one) => product * one, 1);
  if (flat.length !== rows * size)
    return { fault: `${name} has ${flat.length} values, and its shape ${JSON.stringify(shape)} says ${rows * size}` };
  const values = Array.from({ length: rows }, (_, row) => nested(flat.slice(row * size, (row + 1) * size), inner));
  return { name, values };
}

function nested(flat: readonly unknown[], [first, ...inner]: readonly number[]): unknown {
  if (first === undefined) return flat[0];
  const size = inner.reduce((product, one) => product * one, 1);
  return Array.from({ length: first }, (_, index) => nested(flat.slice(index * size, (index + 1) * size), inner));
}

/** The tensors of answers: one for each field, or one for all where an answer is a value. */
export function tensorsOf(answers: readonly unknown[]): Tensor[] {
  if (answers.length === 0 || !answers.every(isRecord)) return [tensor("output", answers)];
  const names = new Set(answers.flatMap((answer) => Object.keys(answer)));
  return [...names].map((name) =>
    tensor(
      name,
      answers.map((answer) => answer[name] ?? null),
    ),
  );
}

function tensor(name: string, values: readonly unknown[]): Tensor {
  const [first] = values;
  const width = Array.isArray(first) ? first.length : null;
  if (width !== null && values.every((value) => Array.isArray(value) && value.length === width)) {
    const flat = (values as readonly (readonly unknown[])[]).flat();
    const datatype = datatypeOf(flat);
    if (datatype !== null) return { name, shape: [values.length, width], datatype, data: flat };
  }
  const datatype = datatypeOf(values);
  const shape = [values.length];
  if (datatype !== null) return { name, shape, datatype, data: values };
  return { name, shape, datatype: "BYTES", data: values.map((value) => JSON.stringify(value)) };
}

/** Null for what no tensor can hold as it is. */
function datatypeOf(values: readonly unknown[]): string | null {
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
