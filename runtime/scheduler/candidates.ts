import type { TaskSource } from "../datastore/events.ts";
import type { ErrorRecord } from "../datastore/records.ts";
import { childPlace } from "./reducer.ts";
import type { ParkedEntry, Place, RunState, WaitingTask } from "./state.ts";

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
 * What may start next: what has waited for a GPU first, then a due retry, then the newest entry of the ready list. Null
 * if nothing may. What does not fit is parked, so that it holds up no other and is not looked at again in vain.
 */
export function nextCandidate(
  state: RunState,
  { now, fits }: { now: number; fits: (candidate: Candidate) => boolean },
): Candidate | null {
  const parked = state.parked.first();
  const oldest = parked === null ? null : candidateOf(parked, state.nextTask);
  if (oldest !== null && fits(oldest)) return oldest;
  for (let waiting = dueRetry(state, now); waiting !== null; waiting = dueRetry(state, now)) {
    const retry = retryOf(waiting);
    if (fits(retry)) return retry;
    state.waiting.setFirstAside();
    state.parked.push({ kind: "retry", waiting });
  }
  for (let entry = state.ready.at(-1); entry !== undefined; entry = state.ready.at(-1)) {
    const candidate = candidateOf(entry, state.nextTask);
    if (fits(candidate)) return candidate;
    state.ready.pop();
    state.parked.push(entry);
  }
  return null;
}

function dueRetry({ waiting }: RunState, now: number): WaitingTask | null {
  const first = waiting.first();
  return first !== null && first.retryAt <= now ? first : null;
}

function candidateOf(entry: ParkedEntry, task: number): Candidate {
  if (entry.kind === "retry") return retryOf(entry.waiting);
  const fresh = { task, attempt: 0, interruptions: 0, lastError: null };
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
