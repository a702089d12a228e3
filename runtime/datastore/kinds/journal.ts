import { RECORD_FORMAT } from "../records.ts";
import type { RunEvent } from "../run-event.ts";
import { damagedRecord, parseJson, parseRecord } from "../parse-record.ts";
import { isRecord } from "../../../sdk/base/is-record.ts";
import { count, faultIn, fields, oneOf, time } from "../shapes/checks.ts";
import { event } from "../shapes/event.ts";
import { type RecordKind, START_ANEW } from "./record-kind.ts";
import { itemsOf } from "./result.ts";

/** The first line of what a further scheduler of a run writes: where it went on from. */
export interface JournalHead {
  readonly format: typeof RECORD_FORMAT;
  readonly type: typeof HEAD;
  readonly time: number;
  /** Number of the scheduler whose events come before. */
  readonly after: number;
  /** So much of its journal counts. */
  readonly bytes: number;
}

const HEAD = "journal-continued";
const head = fields({ type: oneOf(HEAD), time, after: count, bytes: count });

/** What happened in a run; its state is the fold of these lines. */
export const journalKind: RecordKind<RunEvent | JournalHead> = {
  name: "journal",
  keys: [
    { key: "flows/<Flow>/<run>/journal.jsonl", is: "what happened, one event a line", form: "lines" },
    {
      key: "flows/<Flow>/<run>/journal-<n>.jsonl",
      is: "of a run whose scheduler died: what its `n`th one wrote",
      form: "lines",
    },
  ],
  parse: (line, key) => (isHead(line, key) ? parseHead(line, key) : parseEvent(line, key)),
  *references(one) {
    if (one.type !== "task-succeeded" && one.type !== "task-reused") return;
    yield { to: "result", locator: one.result };
    yield* itemsOf(one.next);
  },
  title: ({ flow, run }) => `${flow}/${run}`,
  loses: ({ flow, run }) => [`what ${flow}/${run} did after that line`],
  fix: () => START_ANEW,
};

export function headLine(of: Omit<JournalHead, "format" | "type">): string {
  const record: JournalHead = { format: RECORD_FORMAT, type: HEAD, ...of };
  return `${JSON.stringify(record)}\n`;
}

export function parseHead(line: string, key: string): JournalHead {
  return parseRecord(line, key, (record) => faultIn(head, record)) as JournalHead;
}

/** Parses one line of a journal; whatever is no event is an error that names the journal. */
export function parseEvent(line: string, key: string): RunEvent {
  const parsed = parseJson(line, key);
  const fault = faultOfEvent(parsed);
  if (fault !== null) throw damagedRecord(key, `a line is not an event: ${fault}`);
  return parsed as RunEvent;
}

export function faultOfEvent(record: unknown): string | null {
  return faultIn(event, record);
}

/** True for a line that is no event, but says where the events before it are. */
export function isHead(line: string, key: string): boolean {
  const parsed = parseJson(line, key);
  return isRecord(parsed) && parsed["type"] === HEAD;
}
