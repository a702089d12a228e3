import type { ComputeBackend } from "../../runtime/engines/compute-backend.ts";
import type { StopReason } from "../../runtime/task/stop-reason.ts";
import type { TaskSpec } from "../../runtime/task/task-spec.ts";

/** Runs nothing: notes what it is told, and leaves the end of every task to the test. */
export class FakeBackend implements ComputeBackend {
  readonly name = "fake";
  readonly defaultLimit = 4;
  /** Every attempt that was started, in order. */
  readonly started: TaskSpec[] = [];
  /** Attempts that have not ended, by task. */
  readonly running = new Map<number, TaskSpec>();
  readonly stopped: { task: number; reason: string }[] = [];
  /** How many more tasks it would hold, by step. */
  readonly room = new Map<string, number>();
  /** Most attempts at once. */
  peak = 0;

  ahead(step: string): number {
    return this.room.get(step) ?? 0;
  }

  start(spec: TaskSpec): void {
    this.started.push(spec);
    this.running.set(spec.task, spec);
    this.peak = Math.max(this.peak, this.running.size);
  }

  stop(task: number, { message }: StopReason): void {
    this.stopped.push({ task, reason: message });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
