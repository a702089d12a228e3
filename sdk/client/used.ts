import { taskOfOrigin } from "./attempt.ts";
import type { TaskReader } from "./task-reader.ts";

/** What the latest attempt of a task used; null for what the system did not count. */
export interface Used {
  /** From its start to its end. */
  readonly wallMs: number;
  /** Processor time in user code, of all threads and of child processes that have ended. */
  readonly userMs: number | null;
  /** The same in the system. */
  readonly systemMs: number | null;
  /** The most memory of its process, in MB of 2^20 bytes. */
  readonly peakMemoryMb: number | null;
  /** By calls, whatever answered them: a disk, a cache, a pipe or a socket. */
  readonly readBytes: number | null;
  /** The same, written. */
  readonly writtenBytes: number | null;
  /** From when the task could have started until it did; null for a further attempt, which waits on purpose. */
  readonly waitingMs: number | null;
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
  const { wallMs, waitingMs, usage } = use;
  const systemMs = usage?.systemMs ?? null;
  return {
    wallMs,
    userMs: usage === null || systemMs === null ? null : usage.cpuMs - systemMs,
    systemMs,
    peakMemoryMb: usage === null ? null : usage.peakMemory / 2 ** 20,
    readBytes: usage?.readBytes ?? null,
    writtenBytes: usage?.writtenBytes ?? null,
    waitingMs,
  };
}
