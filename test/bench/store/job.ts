import type { Kind } from "./kinds.ts";

/** One measurement, as a process of its own is told to make it. */
export interface Job {
  readonly action: "put" | "get" | "change";
  readonly kind: Kind;
  /** The file with the artifacts. */
  readonly input: string;
  /** The folder of the store; for `get` and `change`, one that `put` filled. */
  readonly store: string;
}

/** What it prints. */
export interface JobResult {
  readonly ms: number;
  /** Bytes that the store grew by. */
  readonly storedBytes: number;
  /** Beyond what the process took before it had any artifact; null where the system does not tell. */
  readonly peakBytes: number | null;
}

/** Puts artifacts of a task, and gets them back. */
export interface Program {
  /** What the step left, ready to be stored; `run` is timed. */
  put(job: Job, artifacts: Record<string, unknown>): { run(): void };
  get(job: Job): { run(): Record<string, unknown> };
  /** A task that reads all artifacts of the former, changes one in place, and stores what it leaves. */
  change(job: Job): { run(): void };
}
