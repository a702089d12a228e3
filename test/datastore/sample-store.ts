import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { saveArtifact } from "../../runtime/datastore/load-artifact.ts";
import { type Datastore, openDatastore, prepareDatastore } from "../../runtime/datastore/datastore.ts";
import type { RunEvent } from "../../runtime/datastore/run-event.ts";
import { formatLogLine } from "../../runtime/datastore/stored-log-line.ts";
import {
  locatorOf,
  type AttemptResult,
  type RunDocument,
  type TakenTransition,
} from "../../runtime/datastore/records.ts";
import type { RunRecord } from "../../runtime/datastore/run-record.ts";
import type { FlowGraph, StepNode, Transition } from "../../runtime/graph/flow-graph.ts";

/** When every sample run starts. */
export const STARTED_AT = Date.parse("2026-01-02T03:04:05Z");
export const HOST = "somewhere";

export function sampleStore(): { store: Datastore; folder: string; remove(): void } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "millrace-reader-"));
  const store = openDatastore(folder);
  prepareDatastore(store);
  return { store, folder, remove: () => fs.rmSync(folder, { recursive: true, force: true }) };
}

const GRAPH: FlowGraph = {
  flow: "Sample",
  doc: null,
  start: "start",
  end: "end",
  steps: [
    node("start", { kind: "foreach", target: "train", artifact: "shards" }),
    node("train", { kind: "linear", target: "join" }),
    { ...node("join", { kind: "linear", target: "end" }), isJoin: true },
    node("end", { kind: "end" }),
  ],
  parameters: ["factors"],
};

function node(name: string, transition: Transition): StepNode {
  const base = { isJoin: false, parents: [], splits: [], join: null, doc: null, settings: {}, mentions: [] };
  return { ...base, name, transition } as StepNode;
}

/** A run's record, written line by line as a scheduler and its workers would. */
export class SampleRun {
  readonly record: RunRecord;
  readonly #store: Datastore;
  readonly #run: string;
  #time = STARTED_AT;
  readonly #steps = new Map<number, string>();

  constructor(store: Datastore, run: string, document: Partial<RunDocument> = {}) {
    this.#store = store;
    this.#run = run;
    this.record = store.record("Sample", run);
    this.record.create({
      format: 1,
      flow: "Sample",
      run,
      createdAt: STARTED_AT,
      username: "ada",
      host: HOST,
      tags: [],
      project: null,
      originRun: null,
      parameters: { factors: saveArtifact(store.blobs, "factors", 16) },
      configs: {},
      graph: GRAPH,
      code: "0".repeat(64),
      flowFile: "flow.ts",
      stepCode: {},
      versions: { millrace: "0.1.0", node: "20.19.0" },
      environments: {},
      ...document,
    });
  }

  events(...events: readonly SampleEvent[]): this {
    const journal = this.record.openJournal();
    for (const event of events) {
      if (event.type === "task-started") this.#steps.set(event.task, event.step);
      const result = event.type === "task-succeeded" ? { result: this.#locator(event) } : {};
      void journal.append(`${JSON.stringify({ time: (this.#time += 1000), ...event, ...result })}\n`);
    }
    journal.flush();
    journal.close();
    return this;
  }

  beat(ageMs: number, pid = 1): this {
    void this.record.writeHeartbeat({ format: 1, host: HOST, pid, time: STARTED_AT - ageMs });
    return this;
  }

  log(of: { step: string; task: number; attempt?: number }, lines: readonly [string, string, boolean?][]): this {
    const log = this.record.openLog({ attempt: 0, ...of });
    for (const [stream, text, hasNewline = true] of lines) {
      const line = { time: STARTED_AT, stream: stream === "err" ? "stderr" : "stdout", hasNewline } as const;
      void log.append(formatLogLine(line, Buffer.from(text)));
    }
    log.close();
    return this;
  }

  result(of: { step: string; task: number }, artifacts: Readonly<Record<string, unknown>>): this {
    const saved = Object.entries(artifacts).map(([name, value]) => [
      name,
      saveArtifact(this.#store.blobs, name, value),
    ]);
    const result: AttemptResult = {
      ...of,
      format: 1,
      flow: "Sample",
      run: this.#run,
      attempt: 0,
      status: "succeeded",
      startedAt: STARTED_AT,
      finishedAt: STARTED_AT + 10,
      artifacts: Object.fromEntries(saved) as AttemptResult["artifacts"],
      next: null,
      error: null,
    };
    const segment = this.#store.storage.append(`flows/Sample/${this.#run}/results/${of.step}-${of.task}.jsonl`);
    void segment.append(`${JSON.stringify(result)}\n`);
    segment.close();
    return this;
  }

  /** Each task's result is the one line of a file of its own. */
  #locator({ task, attempt }: { task: number; attempt: number }): string {
    const step = this.#steps.get(task) ?? "";
    return locatorOf({ run: this.#run, step, task, attempt, segment: `${step}-${task}`, offset: 0 });
  }
}

type WithoutTime<T> = T extends unknown ? Omit<T, "time"> : never;
export type SampleEvent = WithoutTime<RunEvent>;

export function foreach(size: number): TakenTransition {
  return { kind: "foreach", target: "train", size, items: { itemsPerBlob: 1, blobs: [] } };
}

/** A started task, without the parts that most tests do not look at. */
export function started(
  step: string,
  task: number,
  source: Extract<RunEvent, { type: "task-started" }>["source"],
): SampleEvent {
  return { type: "task-started", task, step, attempt: 0, source, path: String(task) };
}

export function succeeded(task: number, next: TakenTransition): SampleEvent {
  return { type: "task-succeeded", task, attempt: 0, result: "", next };
}

/** A whole run: start, a foreach of two, join and end. */
export const WHOLE: readonly SampleEvent[] = [
  { type: "run-started" },
  started("start", 1, { kind: "start" }),
  succeeded(1, foreach(2)),
  started("train", 2, { kind: "child", split: 1, index: 0 }),
  started("train", 3, { kind: "child", split: 1, index: 1 }),
  succeeded(3, { kind: "linear", target: "join" }),
  succeeded(2, { kind: "linear", target: "join" }),
  started("join", 4, { kind: "join", split: 1 }),
  succeeded(4, { kind: "linear", target: "end" }),
  started("end", 5, { kind: "next", after: 4 }),
  succeeded(5, { kind: "end" }),
  { type: "run-finished", status: "succeeded", reason: null },
];
