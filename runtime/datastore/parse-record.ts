import { MillraceError } from "../../sdk/base/errors.ts";
import type { RunEvent } from "./events.ts";
import { isDeeperThan } from "./json-depth.ts";
import { BASED_FORMAT, RECORD_FORMAT, type ResultLine } from "./records.ts";
import { faultOfEvent, faultOfResult } from "./record-shapes.ts";
import { faultOfBase } from "./result-base.ts";
import { messageOf } from "../../sdk/base/message-of.ts";

/** What is deeper cannot be walked, printed or cloned by calls that call themselves. */
const MAX_DEPTH = 500;

/** Parses one line of a journal; whatever is no event is an error that names the journal. */
export function parseEvent(line: string, key: string): RunEvent {
  const event = parseJson(line, key);
  const fault = faultOfEvent(event);
  if (fault !== null) throw damagedRecord(key, `a line is not an event: ${fault}`);
  return event as RunEvent;
}

/**
 * Parses a record that carries its format.
 * @param faultOf - what is wrong with it, beside the format; null if nothing is
 * @throws MillraceError `MILLRACE_DAMAGED_RECORD`, or `MILLRACE_NEWER_FORMAT`
 */
export function parseRecord(text: string, key: string, faultOf: (record: unknown) => string | null): unknown {
  return ofFormats([RECORD_FORMAT], parseJson(text, key), { key, faultOf });
}

/** Parses a line of results; its table is complete only with its base. */
export function parseResult(line: string, key: string): ResultLine {
  const faultOf = (record: unknown) => faultOfResult(record) ?? faultOfBase(record);
  return ofFormats([RECORD_FORMAT, BASED_FORMAT], parseJson(line, key), { key, faultOf }) as ResultLine;
}

function ofFormats(
  known: readonly number[],
  record: unknown,
  { key, faultOf }: { key: string; faultOf: (record: unknown) => string | null },
): unknown {
  const format = (record as { format?: unknown } | null)?.format;
  if (typeof format === "number" && known.every((one) => format > one)) throw newer(key, { format, known });
  if (!known.some((one) => one === format))
    throw damagedRecord(key, `it is not a Millrace record: its format is ${shown(format)}`);
  const fault = faultOf(record);
  if (fault !== null) throw damagedRecord(key, `it is not what belongs there: ${fault}`);
  return record;
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
