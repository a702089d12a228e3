import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { type Check, count, faultIn, fields, hash, list, name, optional, text, time } from "../shapes/checks.ts";
import type { RecordKind, Reference } from "./record-kind.ts";

/** What an attempt changed on its cards since its line before. */
export interface CardLine {
  readonly format: typeof RECORD_FORMAT;
  readonly time: number;
  readonly changes: readonly CardChange[];
}

export type CardChange = ComponentPut | ComponentPush | CardHolds | CardAdds;

/** A component as it is now. */
export interface ComponentPut {
  /** Its number, which is its own in the attempt. */
  readonly put: number;
  readonly kind: string;
  /** As its kind has it. */
  readonly data?: unknown;
  /** Blob that holds the data as JSON, in place of `data`. */
  readonly blob?: string;
  /** Blob with what is no JSON: a picture. */
  readonly bytes?: string;
  /** Numbers of the components within it. */
  readonly holds?: readonly number[];
}

/** What a component got at its end. */
export interface ComponentPush {
  readonly push: number;
  readonly items: readonly unknown[];
}

/** What stands on a card now. */
export interface CardHolds {
  readonly card: string;
  readonly holds: readonly number[];
}

/** What a card got at its end. */
export interface CardAdds {
  readonly card: string;
  readonly adds: readonly number[];
}

const SHAPES: readonly (readonly [string, Check])[] = [
  [
    "put",
    fields({ put: count, kind: text, blob: optional(hash), bytes: optional(hash), holds: optional(list(count)) }),
  ],
  ["push", fields({ push: count, items: list(() => null) })],
  ["holds", fields({ card: name, holds: list(count) })],
  ["adds", fields({ card: name, adds: list(count) })],
];

const change: Check = (value) => {
  if (typeof value !== "object" || value === null) return " is not an object";
  const shape = SHAPES.find(([key]) => key in value);
  return shape === undefined ? " is no change of a card" : shape[1](value);
};
const line = fields({ time, changes: list(change) });

/** What tasks put on their cards. */
export const cardsKind: RecordKind<CardLine> = {
  name: "cards",
  keys: [
    {
      key: "flows/<Flow>/<run>/cards/<step>/<task>-<attempt>.jsonl",
      is: "what an attempt put on its cards, as data; some changes a line",
      form: "lines",
    },
  ],
  parse: parseCardLine,
  *references({ changes }): Generator<Reference> {
    for (const one of changes) {
      if (!("put" in one)) continue;
      for (const blob of [one.blob, one.bytes])
        if (blob !== undefined) yield { to: "blob", hash: blob, what: "a part of a card" };
    }
  },
  title: ({ key }) => key,
  loses: ({ flow, run }) => [`some cards of ${flow}/${run}`],
  fix: ({ key }) => `delete ${key}: nothing else needs it`,
};

export function parseCardLine(json: string, key: string): CardLine {
  return parseRecord(json, key, (record) => faultIn(line, record)) as CardLine;
}
