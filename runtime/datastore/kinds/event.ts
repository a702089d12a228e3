import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { faultIn, fields, name, text, time } from "../shapes/checks.ts";
import type { RecordKind } from "./record-kind.ts";

/** An event that somebody published. Written once, and kept when it started something. */
export interface EventRecord {
  readonly format: typeof RECORD_FORMAT;
  /** Sorts by time, as ids of runs do. */
  readonly id: string;
  readonly name: string;
  /** Any JSON; null where none was given. */
  readonly data: unknown;
  readonly publishedAt: number;
  readonly username: string;
  readonly host: string;
}

const event = fields({ id: name, name: text, publishedAt: time, username: text, host: text });

export const eventKind: RecordKind<EventRecord> = {
  name: "event",
  keys: [{ key: "events/<id>.json", is: "an event that was published, and its data; written once", form: "whole" }],
  parse: parseEventRecord,
  title: ({ key }) => key,
  loses: ({ name }) => [`the event ${name.replace(/\.json$/, "")}, and what it would start if nothing has seen it yet`],
  fix: ({ key }) => `delete ${key}, and publish the event again if nothing came of it`,
};

export function parseEventRecord(json: string, key: string): EventRecord {
  return parseRecord(json, key, (record) => {
    const fault = faultIn(event, record);
    if (fault !== null) return fault;
    const { id } = record as EventRecord;
    return key === eventKey(id) ? null : `it says that it is the event ${id}`;
  }) as EventRecord;
}

export function eventKey(id: string): string {
  return `events/${id}.json`;
}
