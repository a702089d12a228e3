import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { count, faultIn, fields, name, orNull, text, time } from "../shapes/checks.ts";
import { featureFolder } from "./feature-version.ts";
import type { RecordKind } from "./record-kind.ts";

/** Says that a process materializes a view. The highest number counts. */
export interface FeatureWork {
  readonly format: typeof RECORD_FORMAT;
  readonly view: string;
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly renewedAt: number;
  readonly endedAt: number | null;
}

const work = fields({
  ...{ view: name, id: name, host: text, pid: count, renewedAt: time, endedAt: orNull(time) },
});

export const featureWorkKind: RecordKind<FeatureWork> = {
  name: "feature-work",
  keys: [
    {
      key: "features/<view>/work/<n>.json",
      is: "says that a process materializes a feature view: others wait for it",
      form: "whole",
    },
  ],
  parse: parseFeatureWork,
  title: ({ key }) => key,
  loses: () => [],
  fix: ({ key }) => `delete ${key}: nothing is lost with it`,
};

export function parseFeatureWork(json: string, key: string): FeatureWork {
  return parseRecord(json, key, (record) => faultIn(work, record)) as FeatureWork;
}

export function featureWorkFolder(view: string): string {
  return `${featureFolder(view)}/work`;
}

export function featureWorkKey(view: string, number: number): string {
  return `${featureWorkFolder(view)}/${number}.json`;
}
