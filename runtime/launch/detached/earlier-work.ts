import type { Datastore } from "../../datastore/datastore.ts";
import { eventsOf, type JournalPart, journalParts } from "../../datastore/journal-parts.ts";
import { headLine, parseEvent } from "../../datastore/kinds/journal.ts";
import { TaskChanges } from "../../datastore/reader/task-changes.ts";
import type { RunEvent, TaskStarted } from "../../datastore/run-event.ts";
import type { RunPlace } from "../../datastore/run-keys.ts";
import { placeOf } from "../../engines/jobs/lost-jobs.ts";
import type { EarlierEvents } from "../../scheduler/earlier-events.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";

/** What earlier schedulers of a run left for the one that goes on with it. */
export interface EarlierWork extends EarlierEvents {
  /** Its scheduler's first line of the journal. */
  readonly head: string;
  /** The run came to its end. */
  readonly isOver: boolean;
  /** Attempts that were under way, by `placeOf` their task: jobs elsewhere may still run. */
  readonly open: ReadonlyMap<string, number>;
}

/** Reads the journal as far as it goes: what is written to it from now on by a scheduler that wakes does not count. */
export function earlierWork(store: Datastore, { flow, run }: RunPlace): EarlierWork {
  const { storage } = store;
  const parts = [...journalParts(storage, { flow, run, mayContinue: true })];
  const changes = new TaskChanges();
  let isOver = false;
  let bytes = 0;
  for (const { key, text, offset } of eventsOf(storage, parts)) {
    const event = parseEvent(text, key);
    changes.apply(event);
    isOver = event.type === "run-finished";
    if (key === parts.at(-1)?.key) bytes = offset + Buffer.byteLength(text) + 1;
  }
  const last = parts.pop() as JournalPart;
  const until = Math.max(bytes, last.start);
  const fixed: readonly JournalPart[] = [...parts, { ...last, until }];
  const running = changes.running();
  const committed = committedBy(store, { flow, run, running });
  return {
    head: headLine({ time: Date.now(), after: last.claim, bytes: until }),
    isOver,
    open: new Map(running.filter((one) => !committed.has(one.task)).map((one) => [placeOf(one), one.attempt])),
    committed: ({ task, attempt }) => {
      const known = committed.get(task);
      return known?.attempt === attempt ? known.outcome : null;
    },
    *events(): Generator<RunEvent> {
      for (const { key, text } of eventsOf(storage, fixed)) yield parseEvent(text, key);
    },
  };
}

interface CommittedAttempt {
  readonly attempt: number;
  readonly outcome: TaskOutcome;
}

/** What workers committed whose scheduler died before it could write that down, by task. */
function committedBy(
  store: Datastore,
  { flow, run, running }: RunPlace & { readonly running: readonly TaskStarted[] },
): ReadonlyMap<number, CommittedAttempt> {
  const open = new Map(running.map(({ task, attempt }) => [task, attempt]));
  const found = new Map<number, CommittedAttempt>();
  for (const { result, locator } of open.size === 0 ? [] : store.record(flow, run).committed()) {
    const { task, attempt, next, error, repeats } = result;
    // Whether a gc was faster than the cache is only known when the journal has it.
    if (open.get(task) !== attempt || next === null || repeats !== undefined) continue;
    const common = { next, result: locator };
    const outcome: TaskOutcome =
      error === null ? { status: "succeeded", ...common } : { status: "caught", ...common, error };
    found.set(task, { attempt, outcome });
  }
  return found;
}
