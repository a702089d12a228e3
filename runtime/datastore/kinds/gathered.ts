import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { faultIn, fields, time } from "../shapes/checks.ts";
import type { RecordKind } from "./record-kind.ts";

/** A note about an event of a rule that waits for several events, or takes many at once. */
export interface GatheredNote {
  readonly format: typeof RECORD_FORMAT;
  readonly time: number;
}

const gathered = fields({ time });

export const gatheredKind: RecordKind<GatheredNote> = {
  name: "gathered-event",
  keys: [
    {
      key: "gathered/<name>/waiting/<rule>~<event>.json",
      is: "an event that a trigger of a deployment has not used yet: it waits for others",
      form: "whole",
    },
    {
      key: "gathered/<name>/taken/<rule>~<event>.json",
      is: "an event that such a trigger has used, so that it never does so again",
      form: "whole",
    },
  ],
  parse: (json, key) => parseRecord(json, key, (record) => faultIn(gathered, record)) as GatheredNote,
  title: ({ key }) => key,
  loses: ({ key }) => [key.includes("/waiting/") ? "that the event waits" : "that the event was used"],
  fix: ({ key }) => `delete ${key}${key.includes("/waiting/") ? ", and publish the event again" : ""}`,
};

/** Of what waits for a deployment, or what it has used. */
export function gatheredFolder(deployment: string, what: "waiting" | "taken"): string {
  return `gathered/${deployment}/${what}`;
}
