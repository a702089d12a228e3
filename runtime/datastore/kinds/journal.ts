import type { RunEvent } from "../run-event.ts";
import { damagedRecord, parseJson } from "../parse-record.ts";
import { faultIn } from "../shapes/checks.ts";
import { event } from "../shapes/event.ts";
import { type RecordKind, START_ANEW } from "./record-kind.ts";
import { itemsOf } from "./result.ts";

/** What happened in a run; its state is the fold of these lines. */
export const journalKind: RecordKind<RunEvent> = {
  name: "journal",
  keys: [{ key: "flows/<Flow>/<run>/journal.jsonl", is: "what happened, one event a line", form: "lines" }],
  parse: parseEvent,
  *references(one) {
    if (one.type !== "task-succeeded" && one.type !== "task-reused") return;
    yield { to: "result", locator: one.result };
    yield* itemsOf(one.next);
  },
  title: ({ flow, run }) => `${flow}/${run}`,
  loses: ({ flow, run }) => [`what ${flow}/${run} did after that line`],
  fix: () => START_ANEW,
};

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
