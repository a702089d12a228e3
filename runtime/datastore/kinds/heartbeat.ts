import { parseRecord } from "../parse-record.ts";
import type { HeartbeatRecord } from "../records.ts";
import { count, faultIn, fields, optional, text, time } from "../shapes/checks.ts";
import type { RecordKind } from "./record-kind.ts";

const heartbeat = fields({ host: text, pid: count, time, awaits: optional(text), drivenBy: optional(text) });

export const heartbeatKind: RecordKind<HeartbeatRecord> = {
  name: "heartbeat",
  keys: [
    {
      key: "flows/<Flow>/<run>/heartbeat.json",
      is: "sign of life; replaced every 10 s, without a scheduler of ours by each task",
      form: "whole",
    },
  ],
  parse: parseHeartbeat,
  title: ({ key }) => key,
  loses: () => [],
  fix: ({ key }) => `delete ${key} unless the run is still going`,
};

export function parseHeartbeat(line: string, key: string): HeartbeatRecord {
  return parseRecord(line, key, (record) => faultIn(heartbeat, record)) as HeartbeatRecord;
}
