import type { AttemptUse } from "../../runtime/datastore/reader/attempt-uses.ts";
import type { GpuUsage, UsageGap } from "../../runtime/datastore/run-event.ts";
import type { UsageSeries } from "../../runtime/datastore/usage-series.ts";
import { taskOfOrigin } from "./attempt.ts";
import type { TaskReader } from "./task-reader.ts";

/** What the latest attempt of a task used; null for what the system did not count. */
export interface Used {
  /** From its start to its end. */
  readonly wallMs: number;
  /** Processor time in user code, of all threads and of child processes; in a container of all that ran there. */
  readonly userMs: number | null;
  /** The same in the system. */
  readonly systemMs: number | null;
  /** The most memory that its process and child processes had at once, in MB of 2^20 bytes. */
  readonly peakMemoryMb: number | null;
  /** By calls, whatever answered them: a disk, a cache, a pipe or a socket. */
  readonly readBytes: number | null;
  /** The same, written. */
  readonly writtenBytes: number | null;
  /** From when the task could have started until it did; null for a further attempt, which waits on purpose. */
  readonly waitingMs: number | null;
  /** What its GPUs did; null where it had none, or nobody could look. */
  readonly gpu: GpuUsage | null;
  /** Memory that it was given and that was not enough, in MB; null where it did not run out of memory. */
  readonly exhaustedMb: number | null;
  /** True where its process died: the figures are what others had seen of it, and it may have used more. */
  readonly isPartial: boolean;
  /** What is not in the figures; empty where nothing is. */
  readonly lacks: readonly UsageGap[];
  /** What it used over its time, in at most 300 points; null where it took less than two seconds. Read when asked for. */
  readonly series: UsageSeries | null;
}

/** Null while the task has no attempt that is over. */
export function usedBy(task: TaskReader): Used | null {
  const { isReused, result } = task.summary;
  const executed = isReused && result !== null ? taskOfOrigin(task, result) : task;
  if (executed === null) return null;
  const { run, summary } = executed;
  const use = run
    .index()
    .uses()
    .get(summary.task)
    ?.findLast(({ attempt }) => attempt <= summary.attempt);
  if (use === undefined) return null;
  return new AttemptUsed(executed, use);
}

class AttemptUsed implements Used {
  readonly wallMs: number;
  readonly userMs: number | null;
  readonly systemMs: number | null;
  readonly peakMemoryMb: number | null;
  readonly readBytes: number | null;
  readonly writtenBytes: number | null;
  readonly waitingMs: number | null;
  readonly gpu: GpuUsage | null;
  readonly exhaustedMb: number | null;
  readonly isPartial: boolean;
  readonly lacks: readonly UsageGap[];
  readonly #task: TaskReader;
  readonly #attempt: number;

  constructor(task: TaskReader, { attempt, wallMs, waitingMs, usage }: AttemptUse) {
    this.#task = task;
    this.#attempt = attempt;
    const systemMs = usage?.systemMs ?? null;
    this.wallMs = wallMs;
    this.userMs = usage?.cpuMs === undefined || systemMs === null ? null : Math.max(usage.cpuMs - systemMs, 0);
    this.systemMs = systemMs;
    this.peakMemoryMb = inMb(usage?.peakMemory);
    this.readBytes = usage?.readBytes ?? null;
    this.writtenBytes = usage?.writtenBytes ?? null;
    this.waitingMs = waitingMs;
    this.gpu = usage?.gpu ?? null;
    this.exhaustedMb = inMb(usage?.exhausted);
    this.isPartial = usage?.isPartial === true;
    this.lacks = usage?.lacks ?? [];
  }

  get series(): UsageSeries | null {
    const { run, summary } = this.#task;
    return run.record.series({ step: summary.step, task: summary.task, attempt: this.#attempt });
  }
}

function inMb(bytes: number | undefined): number | null {
  return bytes === undefined ? null : bytes / 2 ** 20;
}
