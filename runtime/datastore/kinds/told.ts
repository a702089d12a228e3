import { damagedRecord, parseJson } from "../parse-record.ts";
import type { RecordKind } from "./record-kind.ts";

/** What a task tells the target that has it executed: the children of its split, or the case that it chose. */
export const toldKind: RecordKind = {
  name: "told",
  keys: [
    {
      key: "told/<name>/<fire>/<step>.items.json",
      is: "indices of the children of a split, a JSON list, for the target of a deployment; in a split `<step>-<at>`",
      form: "whole",
    },
    {
      key: "told/<name>/<fire>/<step>.case.json",
      is: "the case that a switch chose, a JSON string, for the same; both are removed at the end of the run",
      form: "whole",
    },
  ],
  parse: parseTold,
  title: ({ key }) => key,
  loses: () => [],
  fix: ({ key }) => `delete ${key} unless the run is still going`,
};

function parseTold(json: string, key: string): readonly number[] | string {
  const told = parseJson(json, key);
  if (key.endsWith(".case.json") ? typeof told === "string" : isIndices(told))
    return told as readonly number[] | string;
  throw damagedRecord(key, "it is not what a task tells");
}

function isIndices(told: unknown): boolean {
  return Array.isArray(told) && told.every((index) => Number.isSafeInteger(index));
}
