import { parseRecord } from "../parse-record.ts";
import type { ArtifactRef, RECORD_FORMAT } from "../records.ts";
import { faultIn, fields } from "../shapes/checks.ts";
import { artifactRef } from "../shapes/parts.ts";
import type { RecordKind } from "./record-kind.ts";
import { valueIn } from "./values-in.ts";

/** What `current.checkpoint.save` stored last. */
export interface Checkpointed {
  readonly format: typeof RECORD_FORMAT;
  readonly value: ArtifactRef;
}

const checkpoint = fields({ value: artifactRef });

export const checkpointKind: RecordKind<Checkpointed> = {
  name: "checkpoint",
  keys: [
    {
      key: "flows/<Flow>/<run>/checkpoints/<step>/<path>.json",
      is: "progress of a task; each save replaces it",
      form: "whole",
    },
  ],
  parse: parseCheckpoint,
  *references({ value }) {
    yield* valueIn(value, "");
  },
  title: ({ flow, run, step, name }) => `${flow}/${run}/${step} checkpoint ${name}`,
  loses: (at) => [checkpointKind.title(at)],
  fix: ({ key }) => `delete ${key}: the task then starts without it`,
};

export function parseCheckpoint(text: string, key: string): Checkpointed {
  return parseRecord(text, key, (record) => faultIn(checkpoint, record)) as Checkpointed;
}
