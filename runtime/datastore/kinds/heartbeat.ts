import { parseRecord } from "../parse-record.ts";
import type { Heartbeat } from "../records.ts";
import { count, faultIn, fields, text, time } from "../shapes/checks.ts";
import type { RecordKind } from "./record-kind.ts";

const heartbeat = fields({ host: text, pid: count, time });

export const heartbeatKind: RecordKind<Heartbeat> = {
  name: "heartbeat",
  keys: [{ key: "flows/<Flow>/<run>/heartbeat.json", is: "sign of life; replaced every 10 s", form: "whole" }],
  parse: parseHeartbeat,
  title: ({ key }) => key,
  loses: () => [],
  fix: ({ key }) => `delete ${key} unless the run is still going`,
};

export function parseHeartbeat(line: string, key: string): Heartbeat {
  return parseRecord(line, key, (record) => faultIn(heartbeat, record)) as Heartbeat;
}
