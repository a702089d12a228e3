import { isModelAlias } from "../../../sdk/base/is-model-name.ts";
import { isRecord } from "../../../sdk/base/is-record.ts";
import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { type Check, count, faultIn, fields, name, oneOf, orNull, table, text, time } from "../shapes/checks.ts";
import { modelFolder } from "./model-version.ts";
import type { RecordKind } from "./record-kind.ts";

/** One move of an alias, created under the next number that none has, and never changed. The last one says where all stand. */
export interface ModelMove {
  readonly format: typeof RECORD_FORMAT;
  readonly model: string;
  /** From 1, without a gap: over all aliases of the model. */
  readonly sequence: number;
  /** Tells two moves apart that want the same number; the event that tells of this one has it as well. */
  readonly id: string;
  readonly action: "promote" | "rollback" | "remove";
  readonly alias: string;
  /** The version before; null where the alias was not set. */
  readonly from: number | null;
  /** Null where the alias was removed. */
  readonly to: number | null;
  /** After the move that came before. */
  readonly time: number;
  readonly username: string;
  readonly host: string;
  readonly reason: string | null;
  /** Where every alias of the model stands from then on. */
  readonly aliases: Readonly<Record<string, number>>;
}

const alias: Check = (value) => (isModelAlias(value) ? null : " is not the name of an alias");
const aliases: Check = (value) => {
  const fault = table(count)(value);
  if (fault !== null) return fault;
  return isRecord(value) && Object.keys(value).every(isModelAlias) ? null : " has a name that no alias has";
};

const move = fields({
  model: name,
  sequence: count,
  id: name,
  action: oneOf("promote", "rollback", "remove"),
  alias,
  from: orNull(count),
  to: orNull(count),
  time,
  username: text,
  host: text,
  reason: orNull(text),
  aliases,
});

export const modelMoveKind: RecordKind<ModelMove> = {
  name: "model-move",
  keys: [
    {
      key: "models/<name>/moves/<n>.json",
      is: "one move of an alias: from, to, who, when, why; the last one says where all aliases stand",
      form: "whole",
    },
  ],
  parse: parseModelMove,
  title: ({ key }) => key,
  loses: ({ key }) => [
    `a move of an alias of ${key.split("/")[1] ?? key}, and where its aliases stand if it is the last`,
  ],
  fix: ({ key }) => `restore the file from a copy; or delete ${key} if it is the last move, and promote again`,
};

/** @throws MillraceError for what is not the move that its key names */
export function parseModelMove(json: string, key: string): ModelMove {
  return parseRecord(json, key, (record) => {
    const fault = faultIn(move, record);
    if (fault !== null) return fault;
    const { model, sequence, alias: moved, to, aliases: after } = record as ModelMove;
    if (key !== modelMoveKey(model, sequence)) return `it says that it is move ${sequence} of ${model}`;
    const stands = Object.hasOwn(after, moved) ? after[moved] : null;
    return stands === to ? null : `its alias ${moved} moves elsewhere than it stands`;
  }) as ModelMove;
}

/** Of six digits: names sort as the numbers do. */
export function modelMoveKey(model: string, sequence: number): string {
  return `${modelFolder(model)}/moves/${String(sequence).padStart(6, "0")}.json`;
}
