import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { count, faultIn, fields, name, optional, orNull, text, time } from "../shapes/checks.ts";
import { modelFolder } from "./model-version.ts";
import type { RecordKind } from "./record-kind.ts";

/** Somebody gave a version up: it keeps nothing alive any more. Its record and its number stay. */
export interface ModelRemoval {
  readonly format: typeof RECORD_FORMAT;
  /** Tells two apart that would remove the same version; missing in those of the first versions. */
  readonly id?: string;
  readonly model: string;
  readonly number: number;
  readonly time: number;
  readonly username: string;
  readonly host: string;
  readonly reason: string | null;
}

const removal = fields({
  ...{ id: optional(name), model: name, number: count },
  ...{ time, username: text, host: text, reason: orNull(text) },
});

export const modelRemovalKind: RecordKind<ModelRemoval> = {
  name: "model-removal",
  keys: [
    {
      key: "models/<name>/removals/<n>.json",
      is: "who gave up a version, when and why; the version keeps nothing any more",
      form: "whole",
    },
  ],
  parse: parseModelRemoval,
  title: ({ key }) => key,
  loses: () => ["who removed the version, and why"],
  fix: ({ key }) => `delete ${key}, and remove the version again`,
};

/** @throws MillraceError for what is not the removal that its key names */
export function parseModelRemoval(json: string, key: string): ModelRemoval {
  return parseRecord(json, key, (record) => {
    const fault = faultIn(removal, record);
    if (fault !== null) return fault;
    const { model, number } = record as ModelRemoval;
    return key === modelRemovalKey(model, number) ? null : `it says that it removed ${model}@${number}`;
  }) as ModelRemoval;
}

export function modelRemovalKey(model: string, number: number): string {
  return `${modelFolder(model)}/removals/${number}.json`;
}
