import { isMillraceError } from "../../../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../../../datastore/datastore.ts";
import { isAlive, thisMachine } from "../../../../datastore/reader/is-alive.ts";
import { ItemLabels } from "../../../../datastore/reader/item-labels.ts";
import { RunEventTail } from "../../../../datastore/reader/run-event-tail.ts";
import type { RunStatus, TaskSummary } from "../../../../datastore/reader/run-summary.ts";
import { TaskFold } from "../../../../datastore/reader/task-fold.ts";
import type { RunDocument, TaskProgressRecord } from "../../../../datastore/records.ts";
import type { RunEvent, RunFinished } from "../../../../datastore/run-event.ts";
import type { RunPlace } from "../../../../datastore/run-keys.ts";
import { StepCounts } from "../../../progress/step-counts.ts";
import { LOOK_MS } from "../top-view.ts";
import { TaskOrder } from "./task-order.ts";

/** Looks at a run that goes on: in a folder they cost little, in a bucket a request each. */
const [LOCAL_MS, REMOTE_MS] = [300, 2000];
/** Heartbeat and progress are written no sooner than this in a bucket. */
const REMOTE_BEAT_MS = 10_000;
const LOCAL_BEAT_MS = 1000;

/** A run as its journal tells it, read on a little at a time. */
export class RunModel {
  readonly store: Datastore;
  readonly document: RunDocument;
  readonly counts: StepCounts;
  readonly order = new TaskOrder();
  readonly labels: ItemLabels;
  readonly #journal: RunEventTail;
  readonly #tasks: TaskFold;
  #unread: Iterator<RunEvent> | null = null;
  #end: RunFinished | null = null;
  #isGone = false;
  #beatAt = -Infinity;
  #lastSeenAt: number;
  #progress: ReadonlyMap<number, TaskProgressRecord> = new Map();
  #fault: string | null = null;
  #isDamaged = false;
  #events = 0;

  /** @throws MillraceError for a run whose document cannot be read */
  constructor(store: Datastore, place: RunPlace) {
    this.store = store;
    this.document = store.record(place.flow, place.run).document();
    this.counts = new StepCounts(this.document.graph);
    this.labels = new ItemLabels(store.blobs);
    this.#journal = new RunEventTail(store.storage, this.document);
    this.#tasks = new TaskFold(this.document);
    this.#lastSeenAt = this.document.createdAt;
  }

  /** Reads for some milliseconds; when to go on: 0 if more is there, null if nothing more can come. */
  look(): number | null {
    const { isRemote } = this.store.storage;
    if (this.#isDamaged || (this.#end !== null && this.#unread === null)) return null;
    // The heartbeat before the journal: a run that ends in between has its end there.
    if (this.#unread === null) this.#beat(isRemote ? REMOTE_BEAT_MS : LOCAL_BEAT_MS);
    let hasMore = false;
    const isRead = this.#try(() => (hasMore = this.#readOn()));
    if (hasMore) return 0;
    if (!isRead && !this.#isDamaged) return REMOTE_BEAT_MS;
    if (this.#isDamaged || this.#end !== null) return null;
    return isRemote ? REMOTE_MS : LOCAL_MS;
  }

  /** What could not be read, if anything; what could is shown. */
  get fault(): string | null {
    return this.#fault;
  }

  /** True as long as what was there at the beginning has not been read. */
  get isReading(): boolean {
    return this.#unread !== null;
  }

  get events(): number {
    return this.#events;
  }

  get status(): RunStatus {
    if (this.#end !== null) return this.#end.status;
    return this.#isGone ? "stale" : "running";
  }

  get reason(): string | null {
    return this.#end?.reason ?? null;
  }

  /** Until now, if it goes on. */
  get tookMs(): number {
    const until = this.#end?.time ?? (this.#isGone ? this.#lastSeenAt : Date.now());
    return until - this.document.createdAt;
  }

  task(task: number): TaskSummary | undefined {
    return this.#tasks.task(task, this.status);
  }

  labelOf(task: number): string {
    return this.labels.of(this.#tasks.find(task)?.place ?? null);
  }

  /** What it told last, in the attempt that runs. */
  progressOf({ task, attempt, status }: TaskSummary): TaskProgressRecord | undefined {
    const told = this.#progress.get(task);
    return status === "running" && told?.attempt === attempt ? told : undefined;
  }

  /** Says whether that could be read. */
  #try(read: () => void): boolean {
    try {
      read();
      this.#fault = null;
      return true;
    } catch (error) {
      if (!isMillraceError(error)) throw error;
      this.#fault = error.message;
      this.#unread = null;
      // What cannot be reached now may be there later.
      this.#isDamaged ||= error.code !== "MILLRACE_STORAGE";
      return false;
    }
  }

  #beat(everyMs: number): void {
    if (Date.now() - this.#beatAt < everyMs) return;
    this.#beatAt = Date.now();
    try {
      this.#readBeat();
    } catch (error) {
      // Only the journal says what there is.
      if (!isMillraceError(error)) throw error;
    }
  }

  #readBeat(): void {
    const record = this.store.record(this.document.flow, this.document.run);
    const heartbeat = record.heartbeat();
    this.#lastSeenAt = Math.max(this.#lastSeenAt, heartbeat?.time ?? 0);
    this.#isGone = !isAlive({ heartbeat, startedAt: this.document.createdAt }, thisMachine);
    this.#progress = new Map(record.progress()?.tasks.map((one) => [one.task, one]));
  }

  /** True if its time was over first. */
  #readOn(): boolean {
    const until = performance.now() + LOOK_MS;
    this.#unread ??= this.#journal.next();
    for (let count = 1; ; count += 1) {
      const next: IteratorResult<RunEvent, unknown> = this.#unread.next();
      if (next.done === true) break;
      this.#take(next.value);
      if (count % 64 === 0 && performance.now() > until) return true;
    }
    this.#unread = null;
    return false;
  }

  #take(event: RunEvent): void {
    this.#events += 1;
    this.#lastSeenAt = Math.max(this.#lastSeenAt, event.time);
    this.#tasks.apply(event);
    this.counts.apply(event);
    if (event.type === "run-finished") this.#end = event;
    const task = "task" in event ? this.#tasks.find(event.task) : undefined;
    if (task !== undefined) this.order.changed(task);
  }
}
