import type { Datastore } from "../../datastore/datastore.ts";
import { type JournalPlace, journalParts } from "../../datastore/journal-parts.ts";
import { linesIn } from "../../datastore/lines-of.ts";
import { parseEvent } from "../../datastore/kinds/journal.ts";
import { thisMachine } from "../../datastore/reader/is-alive.ts";
import { lastEvent } from "../../datastore/reader/journal-tail.ts";
import { headerOf } from "../../datastore/reader/read-run.ts";
import type { RunHeader, RunSummary } from "../../datastore/reader/run-summary.ts";
import { stepRows } from "../../datastore/reader/step-rows.ts";
import { TaskFold } from "../../datastore/reader/task-fold.ts";
import type { RunEvent } from "../../datastore/run-event.ts";
import { journalKey, type RunPlace } from "../../datastore/run-keys.ts";
import type { RunRow, TaskTotals } from "../api/shapes.ts";
import { parameterValues } from "./shown-parameters.ts";

/** What is looked at of the end of a journal; of a short run it is all of it. */
export const END_BYTES = 16 * 1024;

/** Reads what a list shows of a run: its document, its tags, and the end of its journal. */
export function readRow(store: Datastore, { flow, run }: RunPlace): RunRow {
  const document = store.record(flow, run).document();
  const { events, isWhole } = endOf(store, document);
  const header = headerOf(store, { document, observer: thisMachine, last: events.at(-1) ?? null });
  if (!isWhole) return rowOf(store, header, null);
  const fold = new TaskFold(document);
  for (const event of events) fold.apply(event);
  return rowOf(store, header, totalsOf({ ...header, tasks: fold.tasks(header.status) }));
}

export function rowOf(store: Datastore, header: RunHeader, tasks: TaskTotals | null): RunRow {
  const { flow, run, status, startedAt, finishedAt, tags, parameters, document } = header;
  return {
    ...{ flow, id: run, status, startedAt, finishedAt, user: document.username, tags },
    parameters: parameterValues(store.blobs, parameters),
    tasks,
  };
}

export function totalsOf(run: RunSummary): TaskTotals {
  const totals = { total: 0, succeeded: 0, failed: 0, running: 0 };
  for (const { counts } of stepRows(run)) {
    totals.total += counts.total;
    totals.succeeded += counts.done;
    totals.failed += counts.failed;
    totals.running += counts.running;
  }
  return totals;
}

/** The events of a short journal, or the last one of a long one. */
function endOf({ storage }: Datastore, place: JournalPlace): { events: readonly RunEvent[]; isWhole: boolean } {
  const key = journalKey(place);
  if (journalParts(storage, place).length > 1) {
    const latest = lastEvent(storage, place);
    return { events: latest === null ? [] : [latest], isWhole: false };
  }
  const end = storage.end(key, END_BYTES);
  // It has just begun, or its tasks record what they do themselves.
  if (end === null) return { events: [], isWhole: false };
  const { bytes, isWhole } = end;
  const last = bytes.lastIndexOf(0x0a);
  const first = isWhole ? 0 : bytes.lastIndexOf(0x0a, last - 1) + 1;
  // Of a line longer than that, an error with much to say, only the end was seen; another one follows soon.
  if (last < 0 || (!isWhole && first === 0)) return { events: [], isWhole };
  const lines = [...linesIn(bytes.subarray(first, last + 1))];
  const events = lines.map(({ text }) => parseEvent(text, key));
  return { events, isWhole };
}
