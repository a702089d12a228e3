import { brokenInvariant } from "../../sdk/base/millrace-error.ts";
import type { RunEvent, TaskSource, TaskStarted } from "../datastore/run-event.ts";
import type { ResultLocator, TakenTransition } from "../datastore/records.ts";
import { isOutOfMemory } from "../task/out-of-memory.ts";
import { nodeOf } from "../graph/flow-graph.ts";
import {
  laneAt,
  laneOf,
  makeReady,
  type GraphPlace,
  type ReadyEntry,
  type RunningTask,
  type RunState,
  type Split,
} from "./run-state.ts";

/**
 * The one place where the state of a run changes. Deterministic, without clock or I/O; `state` is changed in place, as
 * a copy per event would make a run of n tasks cost n².
 */
export function applyEvent(state: RunState, event: RunEvent): void {
  switch (event.type) {
    case "run-started":
      return;
    case "task-started":
      return start(state, event);
    case "task-reused": {
      const place = take(state, event);
      state.nextTask = Math.max(state.nextTask, event.task + 1);
      return advance(state, { task: event.task, place, result: event.result, isReused: true }, event.next);
    }
    case "task-succeeded": {
      const { place } = finish(state, event.task);
      state.victims.delete(event.task);
      return advance(state, { task: event.task, place, result: event.result, isReused: false }, event.next);
    }
    case "task-failed": {
      const running = finish(state, event.task);
      if (event.retryAt === null) state.victims.delete(event.task);
      else if (isOutOfMemory(event.error)) state.victims.add(event.task);
      if (event.retryAt !== null) {
        const interruptions = running.interruptions + (event.isInterruption === true ? 1 : 0);
        const isVictim = state.victims.has(event.task);
        const { waiting } = laneAt(state, running.place, { attempt: running.attempt + 1, isVictim });
        // An attempt that only lets a task conclude has to know of the failure, not of what came between.
        const lastError = event.isInterruption === true ? (running.lastError ?? event.error) : event.error;
        waiting.add({ ...running, interruptions, retryAt: event.retryAt, lastError });
      } else if (!event.isCancelled) {
        const { task, attempt, error } = event;
        state.failures += 1;
        state.firstFailure ??= { task, attempt, error, step: running.place.step };
      }
      return;
    }
    case "run-finished":
      state.status = event.status;
      state.reason = event.reason;
  }
}

function start(state: RunState, event: TaskStarted): void {
  const { task, attempt, source } = event;
  if (source.kind === "retry") {
    const own = laneOf(state, { step: event.step, attempt, isVictim: state.victims.has(task) });
    const waiting = own.waiting.take(task) ?? state.waiting.take(task);
    if (waiting === undefined) throw brokenInvariant(`task ${task} is tried again but does not wait`);
    const { interruptions, place, lastError } = waiting;
    state.running.set(task, { task, attempt, interruptions, place, lastError });
    return;
  }
  const place = take(state, event);
  state.nextTask = Math.max(state.nextTask, task + 1);
  state.running.set(task, { task, attempt, interruptions: 0, place });
}

/** Removes from the ready lists what the event takes. */
function take(state: RunState, { step, source }: { step: string; source: TaskSource }): GraphPlace {
  for (const { ready } of new Set([laneOf(state, { step, attempt: 0 }), state])) {
    const at = ready.findLastIndex((entry) => isTakenBy(entry, source));
    const entry = ready[at];
    if (entry !== undefined) return taken(entry, () => ready.splice(at, 1));
  }
  throw brokenInvariant(`nothing is ready for ${JSON.stringify(source)}`);
}

/** @param remove - called when nothing of the entry is left */
function taken(entry: ReadyEntry, remove: () => void): GraphPlace {
  if (entry.kind === "task") {
    remove();
    return entry.place;
  }
  const { split } = entry;
  const place = childPlace(split, split.launched);
  split.launched += 1;
  if (split.launched === split.size) remove();
  return place;
}

/** Whether what an event starts comes from that entry. */
export function isTakenBy(entry: ReadyEntry, source: TaskSource): boolean {
  if (entry.kind === "split") {
    return source.kind === "child" && source.split === entry.split.task && source.index === entry.split.launched;
  }
  const own = entry.source;
  if (own.kind === "child") return source.kind === "child" && source.split === own.split && source.index === own.index;
  if (own.kind === "next") return source.kind === "next" && source.after === own.after;
  if (own.kind === "join") return source.kind === "join" && source.split === own.split;
  return own.kind === source.kind;
}

/** Where child `index` of a split starts. */
export function childPlace(split: Split, index: number): GraphPlace {
  const step = (split.kind === "branch" ? split.targets[index] : split.targets[0]) ?? "";
  return { step, split, index, hop: 0, inputs: [split.result], isReused: split.isReused };
}

function finish(state: RunState, task: number): RunningTask {
  const running = state.running.get(task);
  if (running === undefined) throw brokenInvariant(`task ${task} ended but was not running`);
  state.running.delete(task);
  return running;
}

interface Finished {
  readonly task: number;
  readonly place: GraphPlace;
  readonly result: ResultLocator;
  readonly isReused: boolean;
}

function advance(state: RunState, from: Finished, next: TakenTransition): void {
  // Of a graph of one step, what follows it in the flow is no part.
  if (nodeOf(state.graph, from.place.step).transition.kind === "end") {
    state.hasReachedEnd = true;
    return;
  }
  switch (next.kind) {
    case "end":
      state.hasReachedEnd = true;
      return;
    case "linear":
    case "switch":
      return moveOn(state, from, next.target);
    default:
      return openSplit(state, from, next);
  }
}

function moveOn(state: RunState, from: Finished, target: string): void {
  const { split, index, hop } = from.place;
  if (nodeOf(state.graph, target).isJoin) return arrive(state, from, target);
  const place: GraphPlace = {
    step: target,
    split,
    index,
    hop: hop + 1,
    inputs: [from.result],
    isReused: from.isReused,
  };
  makeReady(state, { kind: "task", source: { kind: "next", after: from.task }, place });
}

function arrive(state: RunState, from: Finished, join: string): void {
  const { split, index } = from.place;
  if (split === null || split.join !== join)
    throw brokenInvariant(`${from.place.step} reached ${join} outside its split`);
  split.arrived[index] = from.result;
  split.arrivedCount += 1;
  split.areArrivedReused &&= from.isReused;
  if (split.arrivedCount === split.size) closeSplit(state, split);
}

function openSplit(
  state: RunState,
  from: Finished,
  next: Extract<TakenTransition, { kind: "branch" | "foreach" | "gang" }>,
): void {
  const targets = next.kind === "branch" ? next.targets : [next.target];
  const split: Split = {
    task: from.task,
    place: from.place,
    kind: next.kind,
    size: next.kind === "branch" ? targets.length : next.size,
    targets,
    items: next.kind === "foreach" ? next.items : null,
    join: nodeOf(state.graph, from.place.step).join ?? "",
    result: from.result,
    isReused: from.isReused,
    launched: 0,
    arrived: [],
    arrivedCount: 0,
    areArrivedReused: from.isReused,
  };
  if (split.size === 0) closeSplit(state, split);
  else if (split.kind === "branch") pushBranches(state, split);
  else makeReady(state, { kind: "split", split });
}

/** One by one, as their needs differ: one that waits for room must not hold up the others. */
function pushBranches(state: RunState, split: Split): void {
  for (let index = split.size - 1; index >= 0; index -= 1) {
    const source: TaskSource = { kind: "child", split: split.task, index };
    makeReady(state, { kind: "task", source, place: childPlace(split, index) });
  }
}

function closeSplit(state: RunState, split: Split): void {
  const { split: outer, index, hop } = split.place;
  const place: GraphPlace = {
    step: split.join,
    split: outer,
    index,
    hop: hop + 1,
    inputs: split.arrived,
    isReused: split.areArrivedReused,
  };
  makeReady(state, { kind: "task", source: { kind: "join", split: split.task }, place });
}
