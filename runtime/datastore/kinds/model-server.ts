import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { amount, count, faultIn, fields, hash, name, oneOf, optional, orNull, text, time } from "../shapes/checks.ts";
import type { RecordKind } from "./record-kind.ts";

/** The sign of life of a server that answers with a model, which replaces it now and then. */
export interface ModelServerRecord {
  readonly format: typeof RECORD_FORMAT;
  readonly id: string;
  readonly model: string;
  /** What it was told to answer with: `churn@production`. */
  readonly reference: string;
  /** The version that it answers with, and the hash of its artifact. */
  readonly number: number;
  readonly hash: string;
  /** Name of the service's class. */
  readonly service: string;
  /** Hash of the code package that it runs; left out where it runs the project's files. */
  readonly code?: string;
  /** Hash of the code package that it was told to run; left out where it was not told. */
  readonly wantedCode?: string;
  /** Of a version beside the one that answers; left out where it is that one. */
  readonly role?: "canary" | "shadow";
  /** Of the requests that a canary answers, from 0 to 1; 0 once it fell back. */
  readonly share?: number;
  readonly address: string;
  readonly host: string;
  readonly pid: number;
  readonly startedAt: number;
  readonly time: number;
  /** When it ended by itself; null while it answers, or where it was killed. */
  readonly endedAt: number | null;
}

const server = fields({
  id: name,
  model: name,
  reference: text,
  number: count,
  hash,
  service: text,
  code: optional(hash),
  wantedCode: optional(hash),
  role: optional(oneOf("canary", "shadow")),
  share: optional(amount),
  address: text,
  host: text,
  pid: count,
  startedAt: time,
  time,
  endedAt: orNull(time),
});

export const modelServerKind: RecordKind<ModelServerRecord> = {
  name: "model-server",
  keys: [
    {
      key: "models/<name>/servers/<id>.json",
      is: "sign of life of a server: the version of the model that it answers with; replaced every 10 s",
      form: "whole",
    },
  ],
  parse: parseModelServer,
  title: ({ key }) => key,
  loses: () => ["which version this server answered with"],
  fix: ({ key }) => `delete ${key}: a server that answers writes it anew`,
};

export function parseModelServer(json: string, key: string): ModelServerRecord {
  return parseRecord(json, key, (record) => faultIn(server, record)) as ModelServerRecord;
}

export function modelServersFolder(model: string): string {
  return `models/${model}/servers`;
}

export function modelServerKey({ model, id }: { readonly model: string; readonly id: string }): string {
  return `${modelServersFolder(model)}/${id}.json`;
}
