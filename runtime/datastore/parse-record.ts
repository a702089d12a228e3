import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { messageOf } from "../../sdk/base/message-of.ts";
import { isDeeperThan } from "./is-deeper-than.ts";
import { RECORD_FORMAT } from "./records.ts";

/** What is deeper cannot be walked, printed or cloned by calls that call themselves. */
const MAX_DEPTH = 500;

/**
 * Parses a record that carries its format.
 * @param faultOf - what is wrong with it, beside the format; null if nothing is
 * @throws MillraceError `MILLRACE_DAMAGED_RECORD`, or `MILLRACE_NEWER_FORMAT`
 */
export function parseRecord(text: string, key: string, faultOf: (record: unknown) => string | null): unknown {
  return parseRecordOf([RECORD_FORMAT], text, { key, faultOf });
}

/** The same for a record that may have one of several formats. */
export function parseRecordOf(
  known: readonly number[],
  text: string,
  { key, faultOf }: { key: string; faultOf: (record: unknown) => string | null },
): unknown {
  const record = parseJson(text, key);
  const format = formatOf(record);
  if (typeof format === "number" && known.every((one) => format > one)) throw newer(key, { format, known });
  if (!known.some((one) => one === format))
    throw damagedRecord(key, `it is not a Millrace record: its format is ${shown(format)}`);
  const fault = faultOf(record);
  if (fault !== null) throw damagedRecord(key, `it is not what belongs there: ${fault}`);
  return record;
}

/** The format that a text says it has, whatever else it is; undefined if it says none. */
export function formatIn(text: string): unknown {
  try {
    return formatOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function formatOf(record: unknown): unknown {
  return typeof record === "object" && record !== null && "format" in record ? record.format : undefined;
}

/** @throws MillraceError `MILLRACE_DAMAGED_RECORD` */
export function parseJson(text: string, key: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damagedRecord(key, `it is not valid JSON: ${messageOf(cause)}`, cause);
  }
  if (isDeeperThan(MAX_DEPTH, text)) throw damagedRecord(key, `it is deeper than ${MAX_DEPTH} levels`);
  return value;
}

/** For what a reader cannot rely on. */
export function damagedRecord(key: string, seen: string, cause?: unknown): MillraceError {
  return new MillraceError({
    code: "MILLRACE_DAMAGED_RECORD",
    headline: `Cannot read ${key} because ${seen}`,
    hint: "it was damaged from outside, as Millrace writes records whole; fsck reports what is lost",
    cause,
  });
}

const SHOWN_CHARS = 40;

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "missing").slice(0, SHOWN_CHARS);
}

function newer(
  key: string,
  { format, known }: { readonly format: number; readonly known: readonly number[] },
): MillraceError {
  return new MillraceError({
    code: "MILLRACE_NEWER_FORMAT",
    headline: `Cannot read ${key} because a newer Millrace wrote it: format ${format}, this one knows ${known.at(-1)}`,
    hint: "update the package millrace",
  });
}
