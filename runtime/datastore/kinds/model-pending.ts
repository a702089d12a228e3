import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { count, faultIn, fields, kinds, name, time } from "../shapes/checks.ts";
import { type ModelDraft, modelDraft, modelFolder, neededByDraft } from "./model-version.ts";
import type { RecordKind } from "./record-kind.ts";

/**
 * What is about to happen to a model, noted before it does: what is cut off in between is finished, or given up, by whoever
 * looks next.
 */
export type ModelPending = PendingRegistration | PendingMove;

/** A task is about to be committed, which registers a version. */
export interface PendingRegistration {
  readonly format: typeof RECORD_FORMAT;
  readonly what: "registration";
  readonly model: string;
  /** Versions up to this one are not it. */
  readonly after: number;
  /** With what the names of the attempt's result files begin: its process, unless the run says otherwise. */
  readonly pid: number;
  readonly draft: ModelDraft;
}

/** An alias is about to move, which an event tells. */
export interface PendingMove {
  readonly format: typeof RECORD_FORMAT;
  readonly what: "move";
  readonly model: string;
  readonly sequence: number;
  readonly id: string;
  readonly time: number;
}

const pending = kinds("what", {
  registration: { model: name, after: count, pid: count, draft: fields(modelDraft) },
  move: { model: name, sequence: count, id: name, time },
});

export const modelPendingKind: RecordKind<ModelPending> = {
  name: "model-pending",
  keys: [
    {
      key: "models/<name>/pending/<id>.json",
      is: "a registration or a move that is about to happen; if its process dies, the next reader completes it",
      form: "whole",
    },
  ],
  parse: parseModelPending,
  *references(record) {
    if (record.what !== "registration") return;
    yield* neededByDraft(record.draft);
    // Whether the task was committed is told by its run alone.
    const { flow, run } = record.draft.source;
    yield { to: "run", flow, run };
  },
  title: ({ key }) => key,
  loses: () => ["a version that was to be registered, or the event of a promotion, if its process died in that moment"],
  fix: ({ key }) => `delete ${key}; register the version by hand if the model lacks it`,
};

/** @throws MillraceError for what belongs to another model than its key names */
export function parseModelPending(json: string, key: string): ModelPending {
  return parseRecord(json, key, (record) => {
    const fault = faultIn(pending, record);
    if (fault !== null) return fault;
    const { model } = record as ModelPending;
    return key.startsWith(`${pendingFolder(model)}/`) ? null : `it says that it belongs to ${model}`;
  }) as ModelPending;
}

export function pendingFolder(model: string): string {
  return `${modelFolder(model)}/pending`;
}

export function modelPendingKey(model: string, id: string): string {
  return `${pendingFolder(model)}/${id}.json`;
}
