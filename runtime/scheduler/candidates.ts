import type { TaskSource } from "../datastore/events.ts";
import type { ErrorRecord } from "../datastore/records.ts";
import { childPlace } from "./reducer.ts";
import type { Place, RunState, WaitingTask } from "./state.ts";

/** A task that may start now. */
export interface Candidate {
  readonly task: number;
  readonly attempt: number;
  /** Of these attempts, how many lost their machine. */
  readonly interruptions: number;
  readonly source: TaskSource;
  readonly place: Place;
  /** Members of a gang start together, whatever the limit on running tasks says. */
  readonly isUrgent: boolean;
  readonly lastError: ErrorRecord | null;
}

/** What may start next: a due retry first, else the newest entry of the ready list. Null if nothing may. */
export function nextCandidate(state: RunState, now: number): Candidate | null {
  const retry = state.waiting.first();
  if (retry !== null && retry.retryAt <= now) return retryOf(retry);
  const entry = state.ready.at(-1);
  if (entry === undefined) return null;
  const fresh = { task: state.nextTask, attempt: 0, interruptions: 0, lastError: null };
  if (entry.kind === "task") return { ...fresh, source: entry.source, place: entry.place, isUrgent: false };
  const { split } = entry;
  const source: TaskSource = { kind: "child", split: split.task, index: split.launched };
  const isUrgent = split.kind === "gang" && split.launched > 0;
  return { ...fresh, source, place: childPlace(split, split.launched), isUrgent };
}

/** When the next waiting retry falls due; null if none waits, or if one is due and only lacks a place. */
export function nextRetryAt(state: RunState, now: number): number | null {
  const retryAt = state.waiting.first()?.retryAt ?? now;
  return retryAt > now ? retryAt : null;
}

function retryOf({ task, attempt, interruptions, place, lastError }: WaitingTask): Candidate {
  return { task, attempt: attempt + 1, interruptions, source: { kind: "retry" }, place, isUrgent: false, lastError };
}
