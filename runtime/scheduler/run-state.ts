import type { TaskSource } from "../datastore/run-event.ts";
import type { ErrorRecord, ItemList, ResultLocator } from "../datastore/records.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";
import type { AttemptOf } from "./capacity.ts";
import { RetryQueue } from "./retry-queue.ts";

/**
 * What a run is at one moment: the fold of its events. It holds what runs or may run next, never what has run, so its
 * size follows the width of the flow and not its length.
 */
export interface RunState extends Lane {
  readonly graph: FlowGraph;
  status: "running" | "succeeded" | "failed";
  /** The next task's id; ids count up over the run. */
  nextTask: number;
  /** The same of steps that share capacities, by {@link laneNumber}: where those are taken, the others go on. */
  readonly lanes: Map<number, Lane>;
  /** A number for what an attempt of a step takes a share of; 0: nothing. */
  readonly laneNumber: (of: AttemptOf) => number;
  /** Entries that ever became ready. */
  readyCount: number;
  /** Tasks that run. */
  readonly running: Map<number, RunningTask>;
  /** Tasks that have run out of memory once, and get all that they ask for from then on. */
  readonly victims: Set<number>;
  hasReachedEnd: boolean;
  /** The first failure of all; the run cannot succeed any more. */
  firstFailure: Failure | null;
  failures: number;
  /** Why the run failed, where no task says so. */
  reason: string | null;
}

/** What may follow, of steps that need the same. */
export interface Lane {
  /** What may start, the next one last: depth first, so that nested splits close before new ones open. */
  readonly ready: ReadyEntry[];
  /** Tasks whose last attempt failed and that may try again later. */
  readonly waiting: RetryQueue<WaitingTask>;
}

export type ReadyEntry = ReadyWork & {
  /** Grows from entry to entry, in whatever lane. */
  readonly order: number;
};

export type ReadyWork =
  | { readonly kind: "task"; readonly source: TaskSource; readonly place: GraphPlace }
  | { readonly kind: "split"; readonly split: Split };

/** Where in the flow a task stands, and what it takes in. */
export interface GraphPlace {
  readonly step: string;
  /** The innermost open split around it, and which of its children this is. */
  readonly split: Split | null;
  readonly index: number;
  /** Steps since that split (or since the start): tells the rounds of a loop apart. */
  readonly hop: number;
  readonly inputs: readonly ResultLocator[];
  /** True while everything before it was reused from the origin run. */
  readonly isReused: boolean;
}

export interface RunningTask {
  readonly task: number;
  readonly attempt: number;
  /** Earlier attempts that lost their machine: they count for no limit on retries. */
  readonly interruptions: number;
  readonly place: GraphPlace;
  /** How the attempt before it failed; missing for a first one. */
  readonly lastError?: ErrorRecord;
}

export interface WaitingTask extends RunningTask {
  /** The time from which the next attempt may start. */
  readonly retryAt: number;
  /** How the last attempt failed. */
  readonly lastError: ErrorRecord;
}

/** A branch, foreach or gang that no join has closed yet. */
export interface Split {
  /** The task that split. */
  readonly task: number;
  readonly place: GraphPlace;
  readonly kind: "branch" | "foreach" | "gang";
  readonly size: number;
  readonly targets: readonly string[];
  readonly items: ItemList | null;
  readonly join: string;
  /** The splitting task's own result: every child's input. */
  readonly result: ResultLocator;
  readonly isReused: boolean;
  launched: number;
  /** Results that reached the join, by child. */
  readonly arrived: ResultLocator[];
  arrivedCount: number;
  /** True while every arrived result was reused from the origin run. */
  areArrivedReused: boolean;
}

export interface Failure {
  readonly task: number;
  readonly step: string;
  readonly attempt: number;
  readonly error: ErrorRecord;
}

/** The task that a run begins with. */
export interface FirstTask {
  readonly task: number;
  readonly source: TaskSource;
  readonly place: GraphPlace;
}

export function initialState(
  graph: FlowGraph,
  laneNumber: RunState["laneNumber"] = () => 0,
  first: FirstTask = startOf(graph),
): RunState {
  const state: RunState = {
    graph,
    status: "running",
    nextTask: first.task,
    ready: [],
    waiting: new RetryQueue(),
    lanes: new Map(),
    laneNumber,
    readyCount: 0,
    running: new Map(),
    victims: new Set(),
    hasReachedEnd: false,
    firstFailure: null,
    failures: 0,
    reason: null,
  };
  makeReady(state, { kind: "task", source: first.source, place: first.place });
  return state;
}

function startOf({ start: step }: FlowGraph): FirstTask {
  const place: GraphPlace = { step, split: null, index: 0, hop: 0, inputs: [], isReused: true };
  return { task: 1, source: { kind: "start" }, place };
}

/** Puts work into the lane of its step. */
export function makeReady(state: RunState, work: ReadyWork): void {
  const first = (step: string) => laneOf(state, { step, attempt: 0 });
  const lane = work.kind === "task" ? laneAt(state, work.place, { attempt: 0 }) : first(work.split.targets[0] ?? "");
  lane.ready.push({ ...work, order: state.readyCount });
  state.readyCount += 1;
}

/** The lane of a task. What belongs to a gang that has begun never waits for room: its other members wait for it. */
export function laneAt(state: RunState, { step, split }: GraphPlace, of: Omit<AttemptOf, "step">): Lane {
  return split?.kind === "gang" ? state : laneOf(state, { step, ...of });
}

export function laneOf(state: RunState, of: AttemptOf): Lane {
  const number = state.laneNumber(of);
  if (number === 0) return state;
  let lane = state.lanes.get(number);
  if (lane === undefined) {
    lane = { ready: [], waiting: new RetryQueue() };
    state.lanes.set(number, lane);
  }
  return lane;
}

/** The gang of which a task is a member: what its members do together, none can finish alone. Null for what follows in it. */
export function gangOf({ split, hop }: GraphPlace): Split | null {
  return split?.kind === "gang" && hop === 0 ? split : null;
}

/** Identity of a place within any run of the flow: the children taken on the way, and the steps since. */
export function pathOf(place: GraphPlace): string {
  const outer = place.split === null ? "" : `${pathOf(place.split.place)}/${place.index}.`;
  return `${outer}${place.hop}`;
}
