import { MillraceError } from "../../sdk/errors.ts";
import type { RunEvent } from "./events.ts";
import { RECORD_FORMAT } from "./records.ts";
import { faultOfEvent } from "./record-shapes.ts";

/** Parses one line of a journal; whatever is no event is an error that names the journal. */
export function parseEvent(line: string, key: string): RunEvent {
  const event = parseJson(line, key);
  const fault = faultOfEvent(event);
  if (fault !== null) throw damagedRecord(key, `a line is no event: ${fault}`);
  return event as RunEvent;
}

/**
 * Parses a record that carries its format.
 * @param faultOf - what is wrong with it, beside the format; null if nothing is
 * @throws MillraceError `MILLRACE_DAMAGED_RECORD`, or `MILLRACE_NEWER_FORMAT`
 */
export function parseRecord(text: string, key: string, faultOf: (record: unknown) => string | null): unknown {
  const record = parseJson(text, key);
  const format = (record as { format?: unknown } | null)?.format;
  if (typeof format === "number" && format > RECORD_FORMAT) throw newer(key, format);
  if (format !== RECORD_FORMAT)
    throw damagedRecord(key, `it is no Millrace record: its format is ${JSON.stringify(format) ?? "missing"}`);
  const fault = faultOf(record);
  if (fault !== null) throw damagedRecord(key, `it is not what belongs there: ${fault}`);
  return record;
}

function parseJson(text: string, key: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw damagedRecord(key, `it is not valid JSON: ${(cause as Error).message}`, cause);
  }
}

function damagedRecord(key: string, seen: string, cause?: unknown): MillraceError {
  return new MillraceError({
    code: "MILLRACE_DAMAGED_RECORD",
    headline: `Cannot read ${key} because ${seen}`,
    hint: "it was damaged from outside, as Millrace writes records whole; fsck tells what is lost",
    cause,
  });
}

function newer(key: string, format: number): MillraceError {
  return new MillraceError({
    code: "MILLRACE_NEWER_FORMAT",
    headline: `Cannot read ${key} because a newer Millrace wrote it: format ${format}, this one knows ${RECORD_FORMAT}`,
    hint: "update the package millrace",
  });
}
