import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { documentKey, journalKey, type RunPlace, tagsFolder } from "../../datastore/run-keys.ts";
import type { Want } from "../../datastore/storage.ts";
import type { RunRow, RunsAnswer, TaskTotals } from "../api/shapes.ts";
import { FoldedRun } from "./folded-run.ts";
import type { OpenRuns } from "./open-runs.ts";
import { END_BYTES, readRow, totalsOf } from "./read-row.ts";

/** Which runs are wanted of a list, and from where on. */
export interface WantedRuns {
  readonly flow: string | null;
  readonly limit: number;
  /** `Flow/run` of the last one before. */
  readonly after: string | null;
  /** True for all that is read of them. */
  isWanted(row: RunRow): boolean;
}

/** How long a listing is good: elsewhere one of 10,000 runs takes ten requests. */
const LISTED_MS = { local: 500, remote: 5000 };
/** Of a run that has ended only the tags change, and elsewhere each look at them is a request. */
const REMOTE_TAGS_MS = 30_000;
/** A page looks at so many runs, and at more for this long; then what was found has to do. */
const LOOKS = 100;
const LOOK_MS = 250;
/** Runs that are looked up together where each look is a request; what was fetched is good for two seconds. */
const RUNS_AHEAD = 16;
const MAX_KEPT = 20_000;
/** Longer journals than what a row reads are counted for this long for one page, and the largest are not. */
const COUNTED_MS = 60;
const MAX_COUNTED_BYTES = 2_000_000;

/** The row of a run that has ended. */
interface KeptRow {
  readonly row: RunRow;
  readonly at: number;
  /** How often its tags had been changed. */
  readonly tagChanges: number;
}

/** All runs of a store, newest first; a row is read when it is shown, and kept once its run has ended. */
export class RunList {
  readonly #store: Datastore;
  readonly #open: OpenRuns;
  #listed: { readonly at: number; readonly places: readonly RunPlace[]; readonly flows: readonly string[] } | null =
    null;
  readonly #rows = new Map<string, KeptRow>();

  constructor(store: Datastore, open: OpenRuns) {
    this.#store = store;
    this.#open = open;
  }

  page({ flow, limit, after, isWanted }: WantedRuns): RunsAnswer {
    const { places, flows } = this.#all();
    const rows: RunRow[] = [];
    const until = performance.now() + LOOK_MS;
    let last: RunPlace | null = null;
    const wanted = places.filter((place) => place.flow === (flow ?? place.flow));
    const from = after === null ? 0 : placeAfter(wanted, after);
    for (let at = from; at < wanted.length && rows.length < limit; at += 1) {
      if ((at - from) % RUNS_AHEAD === 0) {
        if (at - from >= LOOKS && performance.now() > until) break;
        this.#announce(wanted.slice(at, at + Math.min(RUNS_AHEAD, limit - rows.length)));
      }
      const place = wanted[at];
      if (place === undefined) break;
      last = place;
      const row = this.#row(place);
      if (row !== null && isWanted(row)) rows.push(row);
    }
    const isEnd = last === null || last === wanted.at(-1);
    return { runs: this.#counted(rows), next: isEnd || last === null ? null : nameOf(last), flows };
  }

  /** The run of this flow before that one; null for the first. */
  before({ flow, run }: RunPlace): string | null {
    return this.#all().places.find((place) => place.flow === flow && place.run < run)?.run ?? null;
  }

  /** What is kept of a run is no longer so. */
  forget(place: RunPlace): void {
    this.#rows.delete(nameOf(place));
  }

  #all(): { readonly places: readonly RunPlace[]; readonly flows: readonly string[] } {
    const now = performance.now();
    const isGoodMs = this.#store.storage.isRemote ? LISTED_MS.remote : LISTED_MS.local;
    if (this.#listed !== null && now - this.#listed.at < isGoodMs) return this.#listed;
    const flows = this.#store.flows();
    this.#store.storage.ahead(flows.map((flow) => ({ op: "list", key: `flows/${flow}` })));
    const places = flows.flatMap((flow) => this.#store.runs(flow).map((run) => ({ flow, run })));
    this.#listed = { at: now, places: places.sort(newestFirst), flows };
    return this.#listed;
  }

  /** Null for what is no run, or cannot be read. */
  #row(place: RunPlace): RunRow | null {
    const key = nameOf(place);
    const kept = this.#rows.get(key);
    if (kept !== undefined && this.#isGood(kept, place)) return kept.row;
    try {
      const tagChanges = this.#tagChanges(place);
      const row = this.#withKnown(readRow(this.#store, place), kept?.row);
      this.#keep(key, { row, tagChanges, at: performance.now() });
      return row;
    } catch (error) {
      // A process that is killed while it claims an id leaves an empty folder; what is damaged fsck tells.
      if (isMillraceError(error)) return null;
      throw error;
    }
  }

  /** Of a run that has ended, tasks that were counted once are not counted again. */
  #withKnown(row: RunRow, kept: RunRow | undefined): RunRow {
    if (row.tasks !== null) return row;
    if (kept?.finishedAt != null) return { ...row, tasks: kept.tasks };
    const opened = row.status === "running" ? null : this.#open.known({ flow: row.flow, run: row.id });
    return opened === null ? row : { ...row, tasks: totalsOf(opened.now()) };
  }

  #isGood({ at, tagChanges }: KeptRow, place: RunPlace): boolean {
    if (this.#store.storage.isRemote) return performance.now() - at < REMOTE_TAGS_MS;
    return this.#tagChanges(place) === tagChanges;
  }

  #tagChanges(place: RunPlace): number {
    return this.#store.storage.isRemote ? 0 : this.#store.storage.list(tagsFolder(place)).length;
  }

  #keep(key: string, kept: KeptRow): void {
    this.#rows.delete(key);
    if (kept.row.finishedAt === null) return;
    this.#rows.set(key, kept);
    const [oldest] = this.#rows.keys();
    if (this.#rows.size > MAX_KEPT && oldest !== undefined) this.#rows.delete(oldest);
  }

  /** The tasks of long runs are counted some at a time: the next look finds the others. */
  #counted(rows: readonly RunRow[]): RunRow[] {
    const until = performance.now() + COUNTED_MS;
    return rows.map((row) => {
      if (row.tasks !== null || performance.now() > until || !this.#mayCount(row)) return row;
      try {
        const counted = { ...row, tasks: this.#count(row) };
        const kept = this.#rows.get(`${row.flow}/${row.id}`);
        if (kept !== undefined) this.#keep(`${row.flow}/${row.id}`, { ...kept, row: counted });
        return counted;
      } catch (error) {
        if (isMillraceError(error)) return row;
        throw error;
      }
    });
  }

  /** What runs is folded anyway as soon as it is looked at, and then only what is new is read. */
  #mayCount({ flow, id: run, status }: RunRow): boolean {
    if (status === "running") return true;
    const { storage } = this.#store;
    const journal = storage.isRemote ? null : storage.open(journalKey({ flow, run }));
    journal?.close();
    return journal !== null && journal.size <= MAX_COUNTED_BYTES;
  }

  /** What has ended is not kept open for its count alone. */
  #count({ flow, id: run, status }: RunRow): TaskTotals {
    const opened = status === "running" ? this.#open.get({ flow, run }) : new FoldedRun(this.#store, { flow, run });
    return totalsOf(opened.now());
  }

  #announce(places: readonly RunPlace[]): void {
    const unknown = places.filter((place) => !this.#rows.has(nameOf(place)));
    this.#store.storage.ahead(
      unknown.flatMap((place): Want[] => [
        { op: "read", key: documentKey(place) },
        { op: "list", key: tagsFolder(place) },
        { op: "end", key: journalKey(place), count: END_BYTES },
      ]),
    );
  }
}

/** Ids begin with the time. */
function newestFirst(one: RunPlace, other: RunPlace): number {
  if (one.run !== other.run) return one.run < other.run ? 1 : -1;
  return one.flow < other.flow ? -1 : 1;
}

function nameOf({ flow, run }: RunPlace): string {
  return `${flow}/${run}`;
}

/** Where the list goes on, also where that run was removed meanwhile. */
function placeAfter(places: readonly RunPlace[], after: string): number {
  const [flow = "", run = ""] = after.split("/", 2);
  const at = places.findIndex((place) => newestFirst(place, { flow, run }) > 0 && nameOf(place) !== after);
  return at < 0 ? places.length : at;
}
