import { execFileSync } from "node:child_process";
import { type Datastore, openDatastore } from "../../../runtime/datastore/datastore.ts";
import type { RunDocument } from "../../../runtime/datastore/records.ts";
import type { RunEvent } from "../../../runtime/datastore/run-event.ts";
import { storedTransition } from "../../../runtime/worker/transit.ts";
import { millraceCommand } from "../millrace.ts";

/** A store with one real run of a foreach, whose record others repeat. */
export interface PatternStore {
  readonly store: Datastore;
  readonly document: RunDocument;
}

/** Tasks that ran at once, and how many of them failed: one in this many. */
const [SLOTS, FAILED_OF] = [8, 997];
const LINES_AT_ONCE = 2000;

export function patternStore(location: string): PatternStore {
  const { args, env } = millraceCommand("foreach.ts", {
    args: ["run", "--count", "3", "--datastore", location],
    expects: { exitCode: 0 },
  });
  execFileSync(process.execPath, args, { env, stdio: "ignore" });
  const store = openDatastore(location);
  const [flow = ""] = store.flows();
  return { store, document: store.record(flow, store.runs(flow).at(-1) ?? "").document() };
}

/** A run that is over, of that many tasks in one foreach; each has its label. */
export function writeLargeRun({ store, document }: PatternStore, { tasks }: { tasks: number }): string {
  const startedAt = Date.now() - 3_600_000;
  const run = runId(startedAt, "large");
  store.record(document.flow, run).create({ ...document, run, createdAt: startedAt });
  const journal = store.record(document.flow, run).openJournal();
  let lines: string[] = [];
  const flush = () => {
    void journal.append(lines.join(""));
    lines = [];
  };
  for (const event of largeRunEvents({ store, document }, { run, tasks, startedAt })) {
    lines.push(`${JSON.stringify(event)}\n`);
    if (lines.length >= LINES_AT_ONCE) flush();
  }
  flush();
  journal.close();
  return run;
}

function* largeRunEvents(
  { store: { blobs } }: PatternStore,
  { run, tasks, startedAt }: { run: string; tasks: number; startedAt: number },
): Generator<RunEvent> {
  const result = (step: string, task: number) => `${run}/${step}/${task}/0/1/0`;
  const usage = { cpuMs: 12, peakMemory: 80_000_000 };
  const items = Array.from({ length: tasks }, (_, at) => at);
  const labels = items.map((at) => `shard ${at}`);
  const next = storedTransition(
    { kind: "foreach", target: "work", artifact: "items", items, label: null },
    { blobs, labels },
  );
  let time = startedAt;
  yield { type: "run-started", time };
  yield { type: "task-started", time, task: 1, step: "start", attempt: 0, source: { kind: "start" }, path: "" };
  yield { type: "task-succeeded", time: (time += 20), task: 1, attempt: 0, result: result("start", 1), next, usage };
  for (let at = 0; at < tasks + SLOTS; at += 1) {
    time += 3 + (at % 5);
    const ended = at - SLOTS;
    const task = ended + 2;
    if (ended >= 0 && ended % FAILED_OF === FAILED_OF - 1) {
      const error = { name: "RangeError", message: `loss is NaN in shard ${ended}`, stack: "" };
      yield { type: "task-failed", time, task, attempt: 0, error, retryAt: null, isCancelled: false, usage };
    } else if (ended >= 0) {
      const taken = { kind: "linear", target: "collect" } as const;
      yield { type: "task-succeeded", time, task, attempt: 0, result: result("work", task), next: taken, usage };
    }
    if (at >= tasks) continue;
    const source = { kind: "child", split: 1, index: at } as const;
    yield { type: "task-started", time, task: at + 2, step: "work", attempt: 0, source, path: `${at}` };
  }
  yield { type: "run-finished", time: time + 5, status: "failed", reason: null };
}

/** Runs that are over, one a minute up to now; every seventh failed. */
export function writeManyRuns({ store, document }: PatternStore, { runs }: { runs: number }): void {
  for (let at = 0; at < runs; at += 1) {
    const createdAt = Date.now() - (at + 1) * 60_000;
    const run = runId(createdAt, String(at).padStart(5, "0"));
    const record = store.record(document.flow, run);
    record.create({ ...document, run, createdAt, tags: at % 3 === 0 ? ["nightly"] : [] });
    const journal = record.openJournal();
    const status = at % 7 === 0 ? ("failed" as const) : ("succeeded" as const);
    const events: RunEvent[] = [
      { type: "run-started", time: createdAt },
      { type: "run-finished", time: createdAt + 1234, status, reason: status === "failed" ? "asked to fail" : null },
    ];
    void journal.append(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    journal.close();
  }
}

function runId(time: number, name: string): string {
  const [date = "", clock = ""] = new Date(time)
    .toISOString()
    .replace(/[-:.Z]/g, "")
    .split("T");
  return `${date}-${clock}-${name}`;
}
