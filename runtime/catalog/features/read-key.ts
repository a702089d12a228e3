import { decimalIn } from "../../text/decimal-in.ts";
import type { KeyType } from "./view-spec.ts";

/** A part of a key, as rows are compared by. */
export type KeyValue = string | number | bigint | boolean;

const INTEGER = /^-?\d+$/u;

/**
 * Null if the key is missing, undefined if it is not of the type.
 *
 * @param isText - values are texts, as fields of CSV are
 */
export function readKey(type: KeyType, value: unknown, isText: boolean): KeyValue | null | undefined {
  if (value === null || value === undefined) return null;
  return typeof value === type && type !== "number" ? (value as KeyValue) : READERS[type](value, isText);
}

const READERS: Readonly<Record<KeyType, (value: unknown, isText: boolean) => KeyValue | null | undefined>> = {
  string: () => undefined,
  number: (value, isText) => {
    if (isText && typeof value === "string" && value.trim() === "") return null;
    const number = isText && typeof value === "string" ? decimalIn(value.trim()) : value;
    if (typeof number === "bigint") return Number.isSafeInteger(Number(number)) ? Number(number) : undefined;
    // Of the two zeros one is enough.
    return typeof number === "number" && !Number.isNaN(number) ? number + 0 : undefined;
  },
  bigint: (value, isText) => {
    if (isText && value === "") return null;
    if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : undefined;
    if (typeof value !== "string" || !INTEGER.test(value)) return undefined;
    // JSON has no number that is as large: such a one comes as a text, from clients and from Arrow alike.
    return isText || !Number.isSafeInteger(Number(value)) ? BigInt(value) : undefined;
  },
  boolean: (value, isText) => {
    if (!isText) return undefined;
    return value === "" ? null : value === "true" ? true : value === "false" ? false : undefined;
  },
};
