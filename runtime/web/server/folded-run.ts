import type { Datastore } from "../../datastore/datastore.ts";
import type { RunEventTail } from "../../datastore/reader/run-event-tail.ts";
import { RunFollower } from "../../datastore/reader/read-run.ts";
import type { RunStatus, RunSummary } from "../../datastore/reader/run-summary.ts";
import { runValues } from "../../datastore/reader/run-values.ts";
import type { RunPlace } from "../../datastore/run-keys.ts";
import { encodeColumns } from "../api/task-columns.ts";
import { columnsOf } from "./columns-of.ts";

/** Where each look is a request, what was read is good for this long. */
const REMOTE_MS = 2000;
const METRICS_MS = 5000;

/** A run whose journal was folded once; each look reads what is new. */
export class FoldedRun {
  readonly #follower: RunFollower;
  readonly #isRemote: boolean;
  #summary: RunSummary;
  #readAt: number;
  /** The latest columns that were asked for; their arrays are garbage, these bytes are kept. */
  #columns: { readonly of: RunSummary["tasks"]; readonly bytes: Uint8Array } | null = null;
  #metrics: { readonly names: readonly string[]; readonly status: RunStatus; readonly at: number } | null = null;

  constructor(store: Datastore, place: RunPlace) {
    this.#isRemote = store.storage.isRemote;
    this.#follower = new RunFollower(store, place);
    this.#summary = this.#follower.update();
    this.#readAt = performance.now();
  }

  /** As it stands now. */
  now(): RunSummary {
    if (!this.#isRemote || performance.now() - this.#readAt > REMOTE_MS) {
      this.#summary = this.#follower.update();
      this.#readAt = performance.now();
    }
    return this.#summary;
  }

  /** Something else of it was changed: the next look is a new one. */
  renew(): void {
    this.#readAt = -Infinity;
  }

  /** How many tasks it holds in memory. */
  get size(): number {
    return this.#summary.tasks.length;
  }

  /** The event that {@link now} gave the state after. */
  get cursor(): string {
    return this.#follower.cursor;
  }

  /** Reads on from a cursor that this gave; null for one that it does not know. */
  tailAfter(cursor: string): RunEventTail | null {
    return this.#follower.tailAfter(cursor);
  }

  /** Its tasks as columns, encoded. */
  columns(): Uint8Array {
    const run = this.now();
    if (this.#columns?.of !== run.tasks)
      this.#columns = { of: run.tasks, bytes: encodeColumns(columnsOf(run, this.cursor)) };
    return this.#columns.bytes;
  }

  /** Names of what its tasks logged; while it goes on as of some seconds ago, since all its attempts are asked. */
  metricNames(store: Datastore): readonly string[] {
    const run = this.now();
    const known = this.#metrics;
    const isGood =
      known?.status === run.status && (run.finishedAt !== null || performance.now() - known.at < METRICS_MS);
    if (known !== null && isGood) return known.names;
    const names = [...runValues(store, run).keys()].sort();
    this.#metrics = { names, status: run.status, at: performance.now() };
    return names;
  }
}
