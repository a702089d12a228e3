import { isMillraceError } from "../../../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../../../datastore/datastore.ts";
import { headersAhead } from "../../../../datastore/reader/list-runs.ts";
import { readRunHeader } from "../../../../datastore/reader/read-run.ts";
import type { RunHeader } from "../../../../datastore/reader/run-summary.ts";
import { LOOK_MS } from "../top-view.ts";

export interface ListedRun {
  readonly flow: string;
  readonly run: string;
  /** Told apart from all others by this. */
  readonly key: string;
}

/** What is known of one: nothing yet, its header, or why that cannot be read. */
export type KnownRun =
  { readonly kind: "header"; readonly header: RunHeader } | { readonly kind: "damaged"; readonly fault: string };

const LOCAL_MS = 1000;
/** In a bucket a look costs requests: at most one a second, and a heartbeat is written no sooner than this. */
const REMOTE_MS = 10_000;
const REQUESTS_OF_HEADER = 3;
const RUNS_AHEAD = 16;

/** The runs of a store, newest first: their ids, and the headers of those that somebody looks at. */
export class RunsModel {
  readonly #store: Datastore;
  readonly #flow: string | null;
  readonly #known = new Map<string, KnownRun>();
  /** Folders that a process left which was killed while it claimed an id. */
  readonly #empty = new Set<string>();
  #lists = "";
  #runs: readonly ListedRun[] = [];
  #lookAt = -Infinity;
  #fault: string | null = null;
  #seenAt = new Map<string, number>();

  /** @param flow - null for all flows */
  constructor(store: Datastore, flow: string | null) {
    this.#store = store;
    this.#flow = flow;
  }

  /** The same array as long as there are no others. */
  get runs(): readonly ListedRun[] {
    return this.#runs;
  }

  get isRemote(): boolean {
    return this.#store.storage.isRemote;
  }

  /** Why the store cannot be listed now; it is tried again. */
  get fault(): string | null {
    return this.#fault;
  }

  known({ key }: ListedRun): KnownRun | undefined {
    return this.#known.get(key);
  }

  /**
   * Reads on for some milliseconds.
   * @param wanted - the runs whose headers are wanted, the most important ones first
   * @returns when to look again
   */
  look(wanted: readonly ListedRun[]): number {
    const now = Date.now();
    const { isRemote } = this.#store.storage;
    const everyMs = isRemote ? REMOTE_MS : LOCAL_MS;
    let requests = 0;
    if (now - this.#lookAt >= everyMs) {
      this.#lookAt = now;
      try {
        requests += this.#list();
        this.#fault = null;
      } catch (error) {
        if (!isMillraceError(error)) throw error;
        this.#fault = error.message;
      }
    }
    const due = wanted.filter((run) => this.#isDue(run, now - everyMs));
    const until = performance.now() + LOOK_MS;
    let read = 0;
    while (read < due.length && performance.now() < until) {
      const some = due.slice(read, read + RUNS_AHEAD);
      if (isRemote) headersAhead(this.#store, some);
      for (const run of some) this.#read(run, now);
      read += some.length;
    }
    if (read < due.length) return 0;
    requests += read * REQUESTS_OF_HEADER;
    return Math.max(everyMs, isRemote ? requests * 1000 : 0);
  }

  #isDue({ key }: ListedRun, before: number): boolean {
    if (this.#empty.has(key)) return false;
    const known = this.#known.get(key);
    if (known === undefined) return true;
    // What has ended stays as it is, but for its tags.
    const isOver = known.kind === "damaged" || known.header.finishedAt !== null;
    return (!isOver || !this.isRemote) && (this.#seenAt.get(key) ?? 0) <= before;
  }

  #read({ flow, run, key }: ListedRun, now: number): void {
    this.#seenAt.set(key, now);
    try {
      this.#known.set(key, { kind: "header", header: readRunHeader(this.#store, { flow, run }) });
    } catch (error) {
      if (!isMillraceError(error)) throw error;
      if (error.code !== "MILLRACE_UNKNOWN_RUN") this.#known.set(key, { kind: "damaged", fault: error.message });
      else {
        this.#empty.add(key);
        this.#runs = this.#runs.filter((one) => one.key !== key);
      }
    }
  }

  /** Says how many requests it took, at least. */
  #list(): number {
    const flows = this.#flow === null ? this.#store.flows() : [this.#flow];
    const all = flows.map((flow) => ({ flow, runs: this.#store.runs(flow) }));
    const lists = JSON.stringify(all.map(({ flow, runs }) => [flow, runs.length, runs.at(-1)]));
    if (lists !== this.#lists) {
      this.#lists = lists;
      // An id begins with the time.
      const runs = all.flatMap((one) => one.runs.map((run) => ({ flow: one.flow, run, key: `${one.flow}/${run}` })));
      // It may have been claimed since.
      this.#empty.clear();
      this.#runs = runs.sort((a, b) => (a.run < b.run ? 1 : -1));
    }
    return 1 + flows.length;
  }
}
