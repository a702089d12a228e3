import { BASED_FORMAT, type ResultLine } from "./records.ts";

const HASH = /^[0-9a-f]{64}$/;

/** What is wrong with the base of a result's line; null if nothing is. */
export function faultOfBase(record: unknown): string | null {
  const { format, base } = record as Partial<ResultLine>;
  if (base === undefined) return format === BASED_FORMAT ? "it has no base" : null;
  if (format !== BASED_FORMAT) return `it has a base, and its format is ${format}`;
  const { blob, without, repeated } = (base ?? {}) as unknown as Readonly<Record<string, unknown>>;
  if (typeof blob !== "string" || !HASH.test(blob)) return "base.blob is not a hash";
  if (!Array.isArray(without) || !without.every((name) => typeof name === "string"))
    return "base.without is not a list of names";
  return Number.isFinite(repeated) ? null : "base.repeated is not a number";
}
