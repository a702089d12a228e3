/**
 * A value of a column as JSON would say it, so that the schema of a service takes the same rows whatever they came as: an
 * instant is a text, a whole number that JavaScript holds exactly a number, a list an array.
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

/** A larger one stays what it is, and is for the schema to take or to refuse. */
function plainInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A list of Arrow is a vector, which is made of memory that is shared. */
function isVector(value: object): value is Iterable<unknown> {
  return "numChildren" in value && Symbol.iterator in value;
}
