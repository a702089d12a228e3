import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { count, faultIn, fields, name, optional, table, text, time } from "../shapes/checks.ts";
import type { RecordKind } from "./record-kind.ts";
import { type RunTrigger, runTrigger } from "./run-trigger.ts";

/**
 * The decision that a deployment starts a run: created only if absent, so an instant or an event starts one, whatever dies
 * when. Its name says what it is of: `at-20260301T050000Z`, `event-<id>`, `batch-<n>`, `finish-<Flow>-<run>`,
 * `hand-<random>`, `<target>-<the target's id of the execution>`.
 */
export interface FireRecord {
  readonly format: typeof RECORD_FORMAT;
  readonly deployment: string;
  readonly version: number;
  /** The run that follows from it. */
  readonly run: string;
  readonly time: number;
  readonly trigger: RunTrigger;
  /** Values of parameters as texts, over those of the version. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Why there is no run: its instant was passed over. */
  readonly skipped?: string;
}

const fire = fields({
  deployment: name,
  version: count,
  run: name,
  time,
  trigger: runTrigger,
  parameters: table(text),
  skipped: optional(text),
});

export const fireKind: RecordKind<FireRecord> = {
  name: "fire",
  keys: [
    {
      key: "fires/<name>/<fire>.json",
      is: "the decision that a deployment starts a run, at an instant, for an event, after a run or by hand; written once",
      form: "whole",
    },
  ],
  parse: parseFire,
  title: ({ key }) => key,
  loses: () => ["the memory that this was started: it could be started again"],
  fix: ({ key }) => `restore ${key} from a copy; without one, write a record that has "skipped" into its place`,
};

export function parseFire(json: string, key: string): FireRecord {
  return parseRecord(json, key, (record) => {
    const fault = faultIn(fire, record);
    if (fault !== null) return fault;
    const { deployment } = record as FireRecord;
    return key.startsWith(`${firesFolder(deployment)}/`) ? null : `it says that it is of ${deployment}`;
  }) as FireRecord;
}

export function firesFolder(deployment: string): string {
  return `fires/${deployment}`;
}

export function fireKey(deployment: string, fire: string): string {
  return `${firesFolder(deployment)}/${fire}.json`;
}
