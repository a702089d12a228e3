import type { TaskSource } from "../datastore/events.ts";
import type { ErrorRecord } from "../datastore/records.ts";
import { childPlace } from "./reducer.ts";
import type { Place, ReadyEntry, RunState, WaitingTask } from "./state.ts";

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

/**
 * What may start next: a due retry first, else the newest entry of the ready list. Null if nothing may.
 * @param fits - false for what lacks something that others need not wait for
 */
export function nextCandidate(
  state: RunState,
  { now, fits }: { now: number; fits: (candidate: Candidate) => boolean },
): Candidate | null {
  const retry = dueRetry(state, { now, fits });
  if (retry !== null) return retry;
  for (let at = state.ready.length - 1; at >= 0; at -= 1) {
    const entry = state.ready[at];
    const candidate = entry === undefined ? null : candidateOf(entry, state.nextTask);
    if (candidate !== null && fits(candidate)) return candidate;
  }
  return null;
}

function candidateOf(entry: ReadyEntry, task: number): Candidate {
  const fresh = { task, attempt: 0, interruptions: 0, lastError: null };
  if (entry.kind === "task") return { ...fresh, source: entry.source, place: entry.place, isUrgent: false };
  const { split } = entry;
  const source: TaskSource = { kind: "child", split: split.task, index: split.launched };
  const isUrgent = split.kind === "gang" && split.launched > 0;
  return { ...fresh, source, place: childPlace(split, split.launched), isUrgent };
}

/** When the next waiting retry falls due; null if none will. Those that are due lack a GPU, not time. */
export function nextRetryAt({ waiting }: RunState, now: number): number | null {
  const first = waiting.first();
  if (first === null || first.retryAt > now) return first?.retryAt ?? null;
  return waiting.firstOf(({ retryAt }) => retryAt > now)?.retryAt ?? null;
}

function dueRetry(
  { waiting }: RunState,
  { now, fits }: { now: number; fits: (candidate: Candidate) => boolean },
): Candidate | null {
  const first = waiting.first();
  if (first === null || first.retryAt > now) return null;
  const retry = retryOf(first);
  if (fits(retry)) return retry;
  const other = waiting.firstOf((one) => one !== first && one.retryAt <= now && fits(retryOf(one)));
  return other === null ? null : retryOf(other);
}

function retryOf({ task, attempt, interruptions, place, lastError }: WaitingTask): Candidate {
  return { task, attempt: attempt + 1, interruptions, source: { kind: "retry" }, place, isUrgent: false, lastError };
}
