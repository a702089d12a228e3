import type { TaskUsage } from "../run-event.ts";
import { Lineage } from "./lineage.ts";
import type { RunSummary } from "./run-summary.ts";

/** An attempt that is over, and what it used. */
export interface AttemptUse {
  readonly step: string;
  readonly task: number;
  readonly attempt: number;
  readonly isFailed: boolean;
  /** True where nothing tells of its end: its run died. It counts until the run was last seen. */
  readonly isLost: boolean;
  readonly wallMs: number;
  /** From when it could have started until it did; null for a further attempt, which waits on purpose. */
  readonly waitingMs: number | null;
  /** Null where its process could not tell. */
  readonly usage: TaskUsage | null;
}

/** The attempts that a run made itself and that are over, in the order of their tasks; those that are lost come too. */
export function attemptUses({ tasks, startedAt: runStartedAt, lastSeenAt }: RunSummary): AttemptUse[] {
  const lineage = new Lineage(tasks);
  const ends = new Map(tasks.map(({ task, finishedAt }) => [task, finishedAt]));
  return tasks.flatMap(({ step, task, attempts }) => {
    let readyAt = runStartedAt;
    for (const parent of lineage.parents(task)) readyAt = Math.max(readyAt, ends.get(parent) ?? 0);
    return attempts.flatMap(({ attempt, status, startedAt, finishedAt, usage }): AttemptUse[] => {
      const isLost = finishedAt === null && status === "stale";
      if (finishedAt === null && !isLost) return [];
      const wallMs = Math.max((finishedAt ?? lastSeenAt) - startedAt, 0);
      const waitingMs = attempt === 0 ? Math.max(startedAt - readyAt, 0) : null;
      return [{ step, task, attempt, isFailed: status === "failed", isLost, wallMs, waitingMs, usage }];
    });
  });
}
