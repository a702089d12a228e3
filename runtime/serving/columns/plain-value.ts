/**
 * A value of a column as JSON would say it, so that the schema of a service takes the same rows whatever they came as: an
 * instant is a text, a whole number a number if JavaScript holds it exactly and else a text, a list an array.
 */
export function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") return plainInteger(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plainValue);
  if (ArrayBuffer.isView(value))
    return value instanceof DataView ? value : Array.from(value as Float64Array, plainValue);
  if (isVector(value)) return Array.from(value, plainValue);
  const fields =
    "toJSON" in value && typeof value.toJSON === "function" ? (value as { toJSON(): object }).toJSON() : value;
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, plainValue(field)]));
}

/** JSON has no number for a larger one that every reader takes as it is. */
function plainInteger(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** A list of Arrow is a vector, which is made of memory that is shared. */
function isVector(value: object): value is Iterable<unknown> {
  return "numChildren" in value && Symbol.iterator in value;
}
