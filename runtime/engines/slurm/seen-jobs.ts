import type { JobEnd, RunName } from "../jobs/job-service.ts";
import type { GroupWatch } from "../jobs/polling/group-watch.ts";
import { deadEnd, hasEnded, isUnexplained, jobEnd, mayBeRefused, WAITING } from "./job-end.ts";
import type { QueueRow } from "./queue-row.ts";
import { runKey } from "./run-key.ts";
import { whyWaiting } from "./why-waiting.ts";
import type { WorkFolder } from "./work-folder.ts";

/** Slurm forgets what has ended some minutes ago, and a controller that died the latest it was told. */
const FORGOTTEN_AFTER_MS = 30_000;
const LATE_MS = 10_000;
const TAIL_LINES = 20;
/** Of one look. */
const MAX_TAILS = 10;

interface SeenOptions {
  readonly work: WorkFolder;
  /** Of the datastore; null for a bucket. */
  readonly folder: string | null;
  readonly now?: () => number;
}

/** What is known of the jobs of groups, from look to look. */
export class SeenJobs {
  readonly #work: WorkFolder;
  readonly #isShared: boolean;
  readonly #now: () => number;
  /** Since when a job is not listed, by group and index. */
  readonly #missing = new Map<GroupWatch, Map<number, number>>();
  readonly #watches = new Set<GroupWatch>();
  /** Of runs with a job that did not come to an end of its own. */
  readonly #odd = new Set<string>();

  constructor({ work, folder, now = () => performance.now() }: SeenOptions) {
    this.#work = work;
    this.#isShared = folder !== null;
    this.#now = now;
  }

  /**
   * Tells each group what the queue says of its jobs.
   * @returns ids of jobs that have to be ended, as nobody waits for them any more
   */
  async see(watches: readonly GroupWatch[], rows: readonly QueueRow[]): Promise<string[]> {
    const byJob = new Map(rows.map((row) => [`${row.id}#${row.index ?? 0}`, row]));
    const refused = await this.#refused(watches, byJob);
    const unwanted: string[] = [];
    let tails = 0;
    for (const watch of watches) {
      this.#watches.add(watch);
      for (const index of [...watch.open.keys()]) {
        const row = rowOf(byJob, watch, index);
        if (row === null) {
          this.#miss(watch, index);
          continue;
        }
        this.#missing.get(watch)?.delete(index);
        const wantsTail = isUnexplained(row) && (tails += 1) <= MAX_TAILS;
        const tail = wantsTail ? await this.#tail(watch, index) : [];
        if (this.#note(watch, { row, index, tail, isRefused: refused.has(row) })) unwanted.push(nameOf(row));
      }
    }
    return [...unwanted, ...twinsOf(watches, rows)];
  }

  /** Groups of a run with jobs that may still run or start. */
  openOf(run: RunName): ReadonlySet<string> {
    const own = [...this.#watches].filter(({ group, stops, open }) => {
      const isLeft = [...open.keys()].some((index) => !stops.has(index));
      return isLeft && runKey(group.run) === runKey(run);
    });
    return new Set(own.map(({ group }) => group.name));
  }

  /** True if every job of the run left its word in the datastore. */
  isWell(run: RunName): boolean {
    return !this.#odd.has(runKey(run));
  }

  /** Of those that were cancelled, and not by us, the ones that never began. */
  async #refused(watches: readonly GroupWatch[], byJob: ReadonlyMap<string, QueueRow>): Promise<ReadonlySet<QueueRow>> {
    const rows = new Map<string, QueueRow>();
    for (const watch of watches) {
      for (const index of watch.open.keys()) {
        const row = rowOf(byJob, watch, index);
        if (row === null || watch.stops.has(index) || !mayBeRefused(row)) continue;
        rows.set(this.#work.output(watch.group, index), row);
      }
    }
    const missing = rows.size === 0 ? [] : await this.#work.missing([...rows.keys()]).catch(() => []);
    return new Set(missing.flatMap((file) => rows.get(file) ?? []));
  }

  /** True for a job that is over for us, and not yet for Slurm. */
  #note(watch: GroupWatch, { row, index, tail, isRefused }: Seen): boolean {
    const details = [this.#whereToLook(watch, { row, index })];
    const never = deadEnd(row);
    const isAgain = row.restarts > 0 && !hasEnded(row);
    if (hasEnded(row) || never !== null || isAgain) {
      const known = jobEnd(row, { details, isShared: this.#isShared, tail, isRefused });
      this.#end(watch, { index, end: never === null ? known : { ...known, ...never } });
      return !hasEnded(row);
    }
    const { state: name } = row;
    if (name === "") return false;
    if (WAITING.has(name)) watch.see(index, { kind: "waiting", ...whyWaiting(row) });
    else watch.see(index, { kind: "running", name, reason: null });
    return false;
  }

  #miss(watch: GroupWatch, index: number): void {
    const missing = this.#missing.get(watch) ?? new Map<number, number>();
    this.#missing.set(watch, missing);
    const since = missing.get(index) ?? this.#now();
    missing.set(index, since);
    if (this.#now() - since < FORGOTTEN_AFTER_MS) return;
    const reason = `squeue no longer lists job ${watch.id}`;
    const outcomeWithinMs = this.#isShared ? LATE_MS : 0;
    this.#end(watch, { index, end: { kind: "forgotten", exitCode: null, reason, details: [], outcomeWithinMs } });
  }

  #end(watch: GroupWatch, { index, end }: { index: number; end: JobEnd }): void {
    const isWell = end.kind === "exited" && end.exitCode !== null && end.exitCode <= 1;
    if (!isWell && !watch.stops.has(index)) this.#odd.add(runKey(watch.group.run));
    watch.see(index, { kind: "ended", end });
    if (watch.open.size > 0) return;
    this.#watches.delete(watch);
    this.#missing.delete(watch);
  }

  #whereToLook({ group }: GroupWatch, { row, index }: { row: QueueRow; index: number }): string {
    return `job ${nameOf(row)} of Slurm; its output: ${this.#work.output(group, index)}`;
  }

  async #tail({ group }: GroupWatch, index: number): Promise<readonly string[]> {
    return this.#work.tail(this.#work.output(group, index), TAIL_LINES).catch(() => []);
  }
}

interface Seen {
  readonly row: QueueRow;
  readonly index: number;
  readonly tail: readonly string[];
  readonly isRefused: boolean;
}

/** Null where the job is not listed, or another has its id. */
function rowOf(byJob: ReadonlyMap<string, QueueRow>, { id, group }: GroupWatch, index: number): QueueRow | null {
  const row = byJob.get(`${id}#${index}`);
  return row === undefined || (row.comment !== null && row.comment.group !== group.name) ? null : row;
}

/** Jobs of a request that counted after all, though a later one was taken for the first. */
function twinsOf(watches: readonly GroupWatch[], rows: readonly QueueRow[]): ReadonlySet<string> {
  const ids = new Map(watches.map(({ group, id }) => [group.name, id]));
  const isTwin = (row: QueueRow) => {
    const own = ids.get(row.comment?.group ?? "");
    return own != null && own !== row.id && !hasEnded(row);
  };
  return new Set(rows.filter(isTwin).map(({ id }) => id));
}

function nameOf({ id, index }: QueueRow): string {
  return index === null ? id : `${id}_${index}`;
}
