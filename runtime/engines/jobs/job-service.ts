import type { CloseOptions } from "../compute-backend.ts";

/**
 * Where tasks run as jobs, apart from this process: a container engine, a cluster. A job is one command that executes
 * one attempt of a task; what the task leaves lies in the datastore, the service only tells how the job itself fares.
 */
export interface JobService {
  /** Shown to people and recorded as `current.engine`. */
  readonly name: string;
  /** How many jobs may be under way where the user sets no limit. */
  readonly defaultLimit: number;
  /** Most jobs of one group. */
  readonly maxGroupSize: number;
  /** True where seconds pass from the end of a job's command to the service's word of it. @defaultValue false */
  readonly tellsEndsLate?: boolean | undefined;
  /**
   * Refuses what the service can never run, before the run begins.
   * @throws MillraceError
   */
  check(steps: readonly StepJob[]): Promise<void>;
  /** Whether such jobs get machines that cost less and can be taken away; absent where the service does not tell. */
  isOnSpot?(needs: StepJob): Promise<boolean>;
  /** Starts all jobs of a group; what follows is told to the listener, also that they could not be started. */
  submit(group: JobGroup): void;
  /** Ends a job: SIGTERM, a grace, SIGKILL. Its end is told like any other. */
  stop(job: JobRef, reason: string): void;
  /**
   * Finds the jobs of a run whose scheduler died. Those of the wanted groups are followed from now on, as if they had
   * been submitted; all others of that run are ended.
   * @returns names of the groups that were found
   */
  recover(run: RunName, wanted: readonly LostGroup[]): Promise<ReadonlySet<string>>;
  /** The end of a job's output as the service kept it, asked for where the job itself left nothing. */
  tail?(job: JobRef): Promise<readonly string[]>;
  /** Ends all jobs that are under way, tells of their ends, and frees everything. Jobs that another run may have taken over go on. */
  close(options?: CloseOptions): Promise<void>;
}

export interface RunName {
  readonly flow: string;
  readonly run: string;
}

/** What the tasks of a step need, whoever they are. */
export interface StepJob {
  readonly step: string;
  readonly cpu: number;
  readonly gpu: number;
  readonly memoryMb: number;
  /** Null leaves it to the service. */
  readonly sharedMemoryMb: number | null;
  readonly diskMb: number | null;
  readonly image: string;
  /** Of one attempt, without the grace at its end. */
  readonly timeoutMs: number | null;
  /** Set where a job takes further tasks of the step: then `timeoutMs` is null. */
  readonly reuse?: JobReuse;
  /** What the engine's own decorator says beyond that: see `@batch` and `@docker`. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** How a job takes further tasks of its step. */
export interface JobReuse {
  /** The most that one takes. */
  readonly maxTasks: number;
  /** It ends once it has had nothing to do for this long. */
  readonly idleMs: number;
  /** Of one attempt, without the grace at its end. */
  readonly taskTimeoutMs: number | null;
}

/** Jobs that differ in nothing but their index: tasks of one step. */
export interface JobGroup {
  /** Names these jobs for ever, in every datastore: letters, digits, `-` and `_`, at most 128, a letter first; holds the run's id. */
  readonly name: string;
  readonly run: RunName;
  readonly user: string;
  readonly needs: StepJob;
  readonly command: readonly string[];
  /** Variables of every job. Beside these a job of a larger group must learn its index: see `indexVariables` of `Engine`. */
  readonly env: Readonly<Record<string, string>>;
  /** One for each job, in the order of their index. */
  readonly tasks: readonly { readonly task: number; readonly attempt: number }[];
}

/** A group that an earlier scheduler submitted, or was about to. */
export interface LostGroup {
  readonly group: JobGroup;
  /** What the service called it; null if the scheduler died before it could write that down. */
  readonly id: string | null;
}

export interface JobRef {
  readonly group: JobGroup;
  readonly index: number;
}

/** Told by a service. Of each job: at most one `running`, and one `ended`, after which nothing follows. */
export interface JobListener {
  /** The service has taken the group, under that id. */
  submitted(group: JobGroup, id: string): void;
  /** Where the job is on its way, in the service's own words, told at each change. */
  state(job: JobRef, state: JobState): void;
  running(job: JobRef): void;
  ended(job: JobRef, end: JobEnd): void;
  /** Something that the user should know and that fails no job by itself. */
  warning(text: string): void;
}

export interface JobState {
  readonly name: string;
  readonly reason: string | null;
}

/** How a job ended, as far as its service knows. */
export interface JobEnd {
  /**
   * `exited`: its command ended by itself; `host-lost`: the machine was taken away, as spot instances are, nothing the
   * task did; `not-started`: no command of ours ever ran; `forgotten`: its service no longer knows of it, however it ended.
   */
  readonly kind: "exited" | "out-of-memory" | "timed-out" | "stopped" | "host-lost" | "not-started" | "forgotten";
  /** Null if it is not known. */
  readonly exitCode: number | null;
  /** What the service says of it. */
  readonly reason: string | null;
  /** Further lines for people: the end of its output where the service has it, where to look. */
  readonly details: readonly string[];
  /**
   * How long what the job wrote may take to be seen here, where a file system of many machines lags behind.
   * @defaultValue 0
   */
  readonly outcomeWithinMs?: number;
}
