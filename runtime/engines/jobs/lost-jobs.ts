import { jobsFolder } from "../../datastore/run-keys.ts";
import type { Storage } from "../../datastore/storage.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import { decodeGroup, groupKey } from "./group-document.ts";
import { jobName } from "./job-name.ts";
import type { JobEnd, JobRef, LostGroup, RunName } from "./job-service.ts";

/** One that no task has taken yet. */
export interface LostJob {
  readonly ref: JobRef;
  readonly place: string;
  readonly attempt: number;
  isRunning: boolean;
  end: JobEnd | null;
}

interface FoundJob {
  readonly lost: LostGroup;
  readonly index: number;
  readonly place: string;
  readonly attempt: number;
}

export interface LostRun extends RunName {
  /** Attempts whose end the run's journal lacks, by {@link placeOf} their task. */
  readonly open: ReadonlyMap<string, number>;
  /** An earlier scheduler of the very run that goes on with them left them. @defaultValue a run that this one resumes did */
  readonly isOwn?: boolean;
}

/** Jobs of a run whose scheduler died, until tasks of the run that resumes it, or goes on, claim them. */
export class LostJobs {
  readonly run: RunName;
  /** Those that may stand for tasks of this run. */
  readonly groups: readonly LostGroup[];
  readonly #byPlace = new Map<string, LostJob>();
  readonly #byRef = new Map<string, LostJob>();
  /** Those that the service does not know. */
  readonly #gone = new Map<string, LostJob>();
  readonly #isOwn: boolean;

  constructor({ flow, run, isOwn = false }: RunName & Pick<LostRun, "isOwn">, jobs: readonly FoundJob[]) {
    this.run = { flow, run };
    this.#isOwn = isOwn;
    this.groups = [...new Set(jobs.map(({ lost }) => lost))];
    for (const { lost, index, place, attempt } of jobs) {
      const job: LostJob = { ref: { group: lost.group, index }, place, attempt, isRunning: false, end: null };
      this.#byPlace.set(place, job);
      this.#byRef.set(jobName(job.ref), job);
    }
  }

  /** True for a job that another run than this one started. */
  isOf(ref: JobRef, { run }: RunName): boolean {
    return this.#byRef.has(jobName(ref)) && ref.group.run.run !== run;
  }

  /** Only the jobs of these groups were found. */
  keep(found: ReadonlySet<string>): void {
    for (const [place, job] of this.#byPlace) {
      if (found.has(job.ref.group.name)) continue;
      this.#byPlace.delete(place);
      this.#gone.set(place, job);
    }
  }

  /** The job that does this task's work; nobody else gets it. */
  take(spec: TaskSpec): LostJob | null {
    const job = this.#byPlace.get(placeOf(spec));
    if (job === undefined || spec.attempt !== (this.#isOwn ? job.attempt : 0)) return null;
    this.#byPlace.delete(placeOf(spec));
    return job;
  }

  /** The job that did this attempt's work, and that nobody knows any more. */
  gone(spec: TaskSpec): JobRef | null {
    const job = this.#gone.get(placeOf(spec));
    return this.#isOwn && job?.attempt === spec.attempt ? job.ref : null;
  }

  noteRunning(ref: JobRef): void {
    const job = this.#byRef.get(jobName(ref));
    if (job !== undefined) job.isRunning = true;
  }

  noteEnd(ref: JobRef, end: JobEnd): void {
    const job = this.#byRef.get(jobName(ref));
    if (job !== undefined) job.end = end;
  }
}

/** The groups of jobs that a run handed to an engine. */
export function readLostGroups(
  storage: Storage,
  { run, engine }: { run: RunName; engine: string },
): { readonly lost: LostGroup; readonly specs: readonly TaskSpec[] }[] {
  const names = storage.list(jobsFolder(run, "").slice(0, -1)).map((name) => name.replace(/\/$/, ""));
  storage.ahead(names.map((name) => ({ op: "read", key: groupKey(run, name) })));
  return names.flatMap((name) => {
    const key = groupKey(run, name);
    const bytes = storage.read(key);
    if (bytes === null) return [];
    const { document, specs } = decodeGroup(bytes, key);
    if (document.engine !== engine) return [];
    const id = storage.read(`${groupKey(run, name)}.id`);
    const tasks = specs.map(({ task, attempt }) => ({ task, attempt }));
    const lost = { group: { ...document.group, tasks }, id: id === null ? null : Buffer.from(id).toString() };
    return [{ lost, specs }];
  });
}

/** The jobs that a run had under way on an engine when its scheduler died. */
export function readLostJobs(storage: Storage, of: LostRun & { engine: string }): LostJobs {
  const { engine, open, flow, run } = of;
  const groups = open.size === 0 ? [] : readLostGroups(storage, { run: { flow, run }, engine });
  const jobs = groups.flatMap(({ lost, specs }) => {
    // What that run had taken over itself was its first attempt, whatever it was before.
    const isTaken = lost.group.run.run !== run;
    return specs.flatMap((spec, index) => {
      const place = placeOf(spec);
      const attempt = isTaken ? 0 : spec.attempt;
      return open.get(place) === attempt ? [{ lost, index, place, attempt }] : [];
    });
  });
  return new LostJobs(of, jobs);
}

/** Names a task alike in a run and in those that resume it. */
export function placeOf({ step, path }: { readonly step: string; readonly path: string }): string {
  return `${step}@${path}`;
}
