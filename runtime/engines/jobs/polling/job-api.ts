import type { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import type { JobGroup, LostGroup, RunName, StepJob } from "../job-service.ts";
import type { GroupWatch } from "./group-watch.ts";

/**
 * A cluster that takes jobs, and tells how they fare only when it is asked. {@link openPolled} makes a service of it:
 * when to ask, how fast to submit, and what to do about answers that never came are not its business.
 */
export interface JobApi {
  /** As people call it: `AWS Batch`. */
  readonly title: string;
  readonly limits: ApiLimits;
  /**
   * Refuses what the cluster can never run.
   * @throws MillraceError
   */
  check(steps: readonly StepJob[], warning: (text: string) => void): Promise<void>;
  /** Whether such jobs get machines that cost less and can be taken away; absent where the cluster does not tell. */
  isOnSpot?(needs: StepJob): Promise<boolean>;
  /** Sees to it that the cluster has what the group's jobs refer to. */
  prepare(group: JobGroup): Promise<void>;
  /** Starts all jobs of a group by one request, which is not tried again here; gives the cluster's id of them. */
  submit(group: JobGroup): Promise<string>;
  /**
   * Asks for all these groups together, and notes in each what became of its jobs.
   * @returns those groups that the cluster still knows to be under way
   */
  look(watches: readonly GroupWatch[], how: LookOptions): Promise<ReadonlySet<GroupWatch>>;
  /** Ids under which the cluster knows each group, by its name: the id that is noted, else all of that name, the oldest first. */
  find(groups: readonly LostGroup[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Ends jobs; reasons are for people. Ends of which it turns out that they are over are no failure. */
  stop(requests: readonly JobStop[]): Promise<void>;
  /** Ends all jobs of a run but these. */
  stopOthers(run: RunName, kept: readonly KeptGroup[]): Promise<void>;
  /** Ends what a submission started that turned out to be one too many. */
  stopTwins(ids: readonly string[]): Promise<void>;
  /**
   * For a cluster that tells by itself when something is new: called once, with what it calls then, so that a look follows at
   * once. Absent where only looks tell.
   */
  onNews?(wake: () => void): void;
  /** The end of a job's output. */
  tail(of: { readonly group: JobGroup; readonly id: string; readonly index: number }): Promise<readonly string[]>;
  /** What an error of one of these calls means; null for one that is none of the cluster's. */
  failureOf(error: unknown): ApiFailure | null;
  /** The error as people are told of it, of the form "Cannot <task> …". */
  explained(error: unknown, task: string): MillraceError;
  /** Nothing but `stop` is tried again from now on. */
  hurry(): void;
  close(): Promise<void>;
}

export interface ApiLimits {
  /** Jobs under way where the user sets no limit. */
  readonly defaultLimit: number;
  /** Most jobs of one group. */
  readonly maxGroupSize: number;
  /** See {@link JobService.tellsEndsLate}. */
  readonly tellsEndsLate?: boolean;
  /** Submissions that the cluster takes: burst and rate together are the most within a second. */
  readonly submissions: { readonly perSecond: number; readonly burst: number };
  /** How soon after a change, and how seldom at last, all jobs are looked at. @defaultValue 200 ms to 10 s */
  readonly looks?: { readonly minMs: number; readonly maxMs: number };
}

export interface LookOptions {
  /** To be called with each request: looks that take many come less often. */
  readonly onRequest: () => void;
  /** True once nobody wants to know any more. */
  readonly isOver: () => boolean;
}

export interface JobStop {
  readonly watch: GroupWatch;
  readonly indexes: readonly number[];
  reasonOf(index: number): string;
}

/** A group of a dead scheduler's, and its id where it was found. */
export interface KeptGroup {
  readonly group: JobGroup;
  readonly id: string | null;
}

export interface ApiFailure {
  /**
   * `throttled`: asked too often. `unclear`: no answer, or that of a broken service; the request may have been carried
   * out. `full`: it was not, and will be once others of this user's jobs have ended. `final`: it was not, and will not be
   * as it is.
   */
  readonly kind: "throttled" | "unclear" | "full" | "final";
  /** What the cluster says, in a line. */
  readonly text: string;
  /** What the user can do while the run waits. */
  readonly remedy: string | null;
}
