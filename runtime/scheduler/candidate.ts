import type { TaskSource } from "../datastore/run-event.ts";
import type { ErrorRecord } from "../datastore/records.ts";
import { childPlace } from "./apply-event.ts";
import {
  gangOf,
  type Lane,
  type GraphPlace,
  type ReadyEntry,
  type RunningTask,
  type RunState,
  type WaitingTask,
} from "./run-state.ts";
import { smallest } from "../../sdk/base/largest.ts";

/** A task that may start now. */
export interface Candidate {
  readonly task: number;
  readonly attempt: number;
  /** Of these attempts, how many lost their machine. */
  readonly interruptions: number;
  readonly source: TaskSource;
  readonly place: GraphPlace;
  /** Members of a gang start together, whatever the limit on running tasks says. */
  readonly isUrgent: boolean;
  readonly lastError: ErrorRecord | null;
}

/** What may start next of a lane. */
export type Startable = ReadyEntry | { readonly kind: "retry"; readonly waiting: WaitingTask };

/** The rest of a gang that has begun, else a due retry, else the newest entry of the ready list. Null if nothing may start. */
export function firstOf(lane: Lane, now: number): Startable | null {
  const newest = lane.ready.at(-1) ?? null;
  if (newest !== null && isUrgent(newest)) return newest;
  const retry = lane.waiting.first();
  return retry !== null && retry.retryAt <= now ? { kind: "retry", waiting: retry } : newest;
}

/** True for the rest of a gang that has begun: its members start together. */
export function isUrgent(entry: Startable): boolean {
  return entry.kind === "split" && entry.split.kind === "gang" && entry.split.launched > 0;
}

export function candidateOf(entry: Startable, nextTask: number): Candidate {
  if (entry.kind === "retry") {
    const { task, attempt, interruptions, place, lastError } = entry.waiting;
    const isUrgentRetry = gangOf(place) !== null;
    const source: TaskSource = { kind: "retry" };
    return { task, attempt: attempt + 1, interruptions, source, place, isUrgent: isUrgentRetry, lastError };
  }
  const fresh = { task: nextTask, attempt: 0, interruptions: 0, lastError: null, isUrgent: isUrgent(entry) };
  if (entry.kind === "task") return { ...fresh, source: entry.source, place: entry.place };
  const { split } = entry;
  const source: TaskSource = { kind: "child", split: split.task, index: split.launched };
  return { ...fresh, source, place: childPlace(split, split.launched) };
}

/** An attempt that an earlier scheduler started. */
export function leftCandidate(running: RunningTask): Candidate {
  return { ...running, source: { kind: "retry" }, isUrgent: false, lastError: running.lastError ?? null };
}

/** When the next waiting retry falls due; null if none waits, or if one is due and only lacks a place. */
export function nextRetryAt(state: RunState, now: number): number | null {
  const times = [state, ...state.lanes.values()].flatMap(({ waiting }) => waiting.first()?.retryAt ?? []);
  const coming = times.filter((time) => time > now);
  return coming.length === 0 ? null : smallest(coming);
}
