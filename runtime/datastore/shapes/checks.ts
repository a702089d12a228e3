import { isKeyPart } from "../check-key.ts";
import { isRecord } from "../../../sdk/base/is-record.ts";

/** Says what is wrong with a value, to be read behind its name; null if a reader can rely on it. */
export type Check = (value: unknown) => string | null;

/** Beyond this no date can be shown. */
const MAX_TIME = 8.64e15;
const HASH = /^[0-9a-f]{64}$/;

function isHash(value: unknown): value is string {
  return typeof value === "string" && HASH.test(value);
}

export const text: Check = (value) => (typeof value === "string" ? null : " is not a string");
export const flag: Check = (value) => (typeof value === "boolean" ? null : " is not true or false");
/** What becomes part of a key: the name of a step, a run, a segment. */
export const name: Check = (value) => (isKeyPart(value) ? null : " is not a name");
export const hash: Check = (value) => (isHash(value) ? null : " is not a hash");
export const count: Check = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? null : " is not a whole number";
/** A number that is not negative. */
export const amount: Check = (value) => (Number.isFinite(value) && (value as number) >= 0 ? null : " is not an amount");
export const time: Check = (value) =>
  Number.isFinite(value) && Math.abs(value as number) <= MAX_TIME ? null : " is not a time";
export const object: Check = (value) => (isRecord(value) ? null : " is not an object");

export function oneOf(...words: readonly string[]): Check {
  return (value) => (words.includes(value as string) ? null : ` is not one of ${words.join(", ")}`);
}

export function hasFormat(format: number): Check {
  return (value) => (value === format ? null : ` is not ${format}`);
}

/** May be missing. */
export function optional(check: Check): Check {
  return (value) => (value === undefined ? null : check(value));
}

export function orNull(check: Check): Check {
  return (value) => (value === null ? null : check(value));
}

export function list(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return " is not a list";
    for (const [at, item] of value.entries()) {
      const fault = check(item);
      if (fault !== null) return `[${at}]${fault}`;
    }
    return null;
  };
}

/** An object whose values are alike. */
export function table(check: Check): Check {
  return (value) => {
    if (!isRecord(value)) return " is not an object";
    for (const key of Object.keys(value)) {
      const fault = check(value[key]);
      if (fault !== null) return `[${JSON.stringify(key.slice(0, 40))}]${fault}`;
    }
    return null;
  };
}

/** An object with these fields; more may be there. */
export function fields(shape: Readonly<Record<string, Check>>): Check {
  const checks = Object.entries(shape);
  return (value) => {
    if (!isRecord(value)) return " is not an object";
    for (const [field, check] of checks) {
      const fault = check(value[field]);
      if (fault !== null) return `.${field}${fault}`;
    }
    return null;
  };
}

/** An object whose field of that name says which fields it has beside. */
export function kinds(field: string, shapes: Readonly<Record<string, Readonly<Record<string, Check>>>>): Check {
  const checks = new Map(Object.entries(shapes).map(([kind, shape]) => [kind, fields(shape)]));
  return (value) => {
    if (!isRecord(value)) return " is not an object";
    const check = checks.get(value[field] as string);
    return check === undefined ? `.${field} is not known` : check(value);
  };
}

/** What is wrong with a whole record, as a sentence; null if a reader can rely on it. */
export function faultIn(check: Check, record: unknown): string | null {
  const fault = check(record);
  if (fault === null) return null;
  return fault.startsWith(".") ? fault.slice(1) : `it${fault}`;
}
