import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { faultIn, fields, text, time } from "../shapes/checks.ts";
import type { RecordKind } from "./record-kind.ts";

/** The wish that a run ends. The first one counts, and is never replaced. */
export interface StopRequest {
  readonly format: typeof RECORD_FORMAT;
  readonly time: number;
  /** Who asks. */
  readonly username: string;
  /** From which machine. */
  readonly host: string;
}

const stop = fields({ time, username: text, host: text });

export const stopKind: RecordKind<StopRequest> = {
  name: "stop",
  keys: [
    { key: "flows/<Flow>/<run>/stop.json", is: "who asked the run to stop, with `stop`; written once", form: "whole" },
  ],
  parse: parseStop,
  title: ({ key }) => key,
  loses: () => [],
  fix: ({ key }) => `delete ${key}, and call stop again if the run is still going`,
};

export function parseStop(json: string, key: string): StopRequest {
  return parseRecord(json, key, (record) => faultIn(stop, record)) as StopRequest;
}
