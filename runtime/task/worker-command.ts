import type { ProgressReport } from "./progress-report.ts";
import type { StopReason } from "./stop-reason.ts";
import type { TaskOutcome } from "./task-outcome.ts";
import type { TaskSpec } from "./task-spec.ts";

/** The descriptors of a worker's process through which commands come and reports go. */
export const COMMANDS = 3;
export const REPORTS = 4;

/** To a worker. */
export type WorkerCommand =
  | { readonly type: "prepare"; readonly setup: WorkerSetup }
  | {
      readonly type: "run";
      readonly spec: TaskSpec;
      readonly sentAt: number;
      readonly marker: string;
      readonly key: string;
      /** True where the worker is at another task, so that this one may be recalled. */
      readonly isAhead: boolean;
    }
  /** Gives a task back that has not begun. */
  | { readonly type: "recall"; readonly key: string }
  | { readonly type: "abort"; readonly key: string; readonly reason: StopReason };

/** From a worker. What it says of a task carries the key that came with it: others can write to the same pipe. */
export type WorkerReport =
  | { readonly type: "ready" }
  /** The task has been taken; its step begins. */
  | { readonly type: "began"; readonly key: string }
  /** How far the step says it is. */
  | ({ readonly type: "progress"; readonly key: string } & ProgressReport)
  /** The task was taken and is given back, as it was recalled before its step began. */
  | { readonly type: "returned"; readonly key: string }
  | { readonly type: "done"; readonly key: string; readonly outcome: TaskOutcome; readonly isClean: boolean };

/** What a worker needs once, for all its tasks. */
export interface WorkerSetup {
  readonly datastore: string;
  readonly flow: string;
  readonly run: string;
  /** Of the run's document, which names the code: nothing else is executed. */
  readonly documentHash: string;
  /** As which scheduler of its run its own one works; missing where the run has no other. */
  readonly claim?: number;
  /** True where `run` names the record of a step that is tried out. */
  readonly isSpin?: boolean;
  /** Folder that the package's relative paths mean on this machine. */
  readonly root: string;
  /** The same folder on the machine of whoever started the run, if that is another: errors name places there. */
  readonly sourceRoot?: string;
  /** Folder of an `@env` step's packages, and their names. */
  readonly environment: { readonly folder: string; readonly packages: readonly string[] } | null;
  /** Values of the step's secrets, where their sources are not at hand. */
  readonly secrets?: Readonly<Record<string, string>> | null;
  /** Values that all output and errors of the run are masked for. */
  readonly masks?: readonly string[];
  /** Options of Node for what a step forks. */
  readonly forkOptions?: readonly string[];
  readonly engine: string;
  /** True in a container or job that was made for one task: what is there is the run's own. */
  readonly isContained?: boolean;
  /** Where its gang's first task is reached, if that may be another machine; null for a task in no gang. */
  readonly mainHost?: string | null;
  /** Most children that one split may have. */
  readonly maxSplits: number;
  /**
   * A number with which the names of its result files begin, by which they are found where nobody knows the process that
   * wrote them. @defaultValue the process's own
   */
  readonly resultsBy?: number;
  /** What it stores survives a power cut. */
  readonly isDurable?: boolean;
}
