import type { RunEvent, TaskReused, TaskStarted } from "../datastore/run-event.ts";
import { type Candidate, candidateOf, firstOf, isUrgent, type Startable } from "./candidate.ts";
import type { AttemptOf, CapacityUse } from "./capacity.ts";
import { isTakenBy } from "./apply-event.ts";
import type { Lane, GraphPlace, RunState } from "./run-state.ts";

export interface ChooserOptions {
  readonly now: number;
  /** True for what takes up nothing, as it is taken over from the origin run. */
  readonly isFree: (one: Candidate) => boolean;
}

/** Chooses what starts next, and keeps count of the capacities that are in use. */
export class Chooser {
  readonly #use: CapacityUse;
  /**
   * What wants several of something, or several things, and found too little of them free; those that wait longest stand
   * first. It gets what is free next: else small tasks would keep it waiting for ever.
   */
  readonly #blocked = new Map<Lane, Startable>();
  #lacking = new Map<string, readonly string[]>();

  constructor(use: CapacityUse) {
    this.#use = use;
  }

  next(state: RunState, options: ChooserOptions): Candidate | null {
    const plain = firstOf(state, options.now);
    if (this.#lacking.size > 0) this.#lacking = new Map();
    const bound = state.lanes.size === 0 ? null : this.#firstWithRoom(state, { ...options, plain });
    if (bound !== null) return bound;
    return plain === null ? null : candidateOf(plain, state.nextTask);
  }

  /** What steps found too little of when {@link next} looked last: names of capacities, by step. */
  get lacking(): ReadonlyMap<string, readonly string[]> {
    return this.#lacking;
  }

  /** True for what takes nothing that tasks share. */
  needsPlaceOnly({ place: { step }, attempt }: Candidate): boolean {
    return this.#use.takenBy({ step, attempt }).every((amount) => amount === 0);
  }

  /** True for what may have run out of memory since it takes less than it asks for. */
  isHurt(of: Pick<AttemptOf, "step" | "attempt">): boolean {
    return this.#use.isHurt(of);
  }

  /** To be told of each event, before the state changes. */
  note(event: RunEvent, { running, victims }: RunState): void {
    if (event.type === "task-succeeded" || event.type === "task-failed") {
      const ended = running.get(event.task);
      const isVictim = victims.has(event.task);
      if (ended !== undefined)
        this.#use.giveBack({ step: ended.place.step, attempt: ended.attempt, isVictim }, event.task);
    }
    if (event.type !== "task-started" && event.type !== "task-reused") return;
    for (const [lane, entry] of this.#blocked) if (isOver(entry, event)) this.#blocked.delete(lane);
    const isLate = this.#blocked.size > 0;
    if (event.type === "task-started") {
      const { step, attempt, task } = event;
      this.#use.take({ step, attempt, isVictim: victims.has(task) }, { task, isLate });
    }
    if (!isLate) this.#use.noneWaits();
  }

  /** Of what comes before that which needs no capacity, the first that finds enough of what it needs. */
  #firstWithRoom(state: RunState, { plain, now, isFree }: ChooserOptions & { plain: Startable | null }) {
    const reserved: number[] = [];
    let first: Startable | null = null;
    let found: Candidate | null = null;
    for (const [lane, entry] of this.#inTurn(state, now)) {
      const comesFirst = (other: Startable | null) => other === null || isBefore(entry, other);
      const isBlocked = this.#blocked.has(lane);
      if (!isBlocked && (!comesFirst(plain) || !comesFirst(first))) continue;
      const candidate = candidateOf(entry, state.nextTask);
      const wanted = this.#wantedBy(candidate, state);
      const lacking = this.#use.lacking(wanted, reserved);
      const hasRoom = lacking.length === 0 || isFree(candidate);
      if (!hasRoom) this.#lacking.set(candidate.place.step, lacking);
      if (hasRoom && comesFirst(plain) && comesFirst(first)) [first, found] = [entry, candidate];
      if (!hasRoom && this.#use.isAtRisk(wanted)) this.#blocked.set(lane, entry);
      if (this.#blocked.has(lane)) reserve(reserved, wanted);
    }
    return found;
  }

  /** The heads of the lanes: what waits for room already, then the others in their order. */
  #inTurn({ lanes }: RunState, now: number): Iterable<readonly [Lane, Startable]> {
    const open: (readonly [Lane, Startable])[] = [];
    for (const lane of lanes.values()) {
      if (this.#blocked.has(lane)) continue;
      const head = firstOf(lane, now);
      if (head !== null) open.push([lane, head]);
    }
    if (open.length > 1) open.sort(([, one], [, other]) => (isBefore(one, other) ? -1 : 1));
    return this.#blocked.size === 0 ? open : [...this.#blocked, ...open];
  }

  /** What has to be free for it; the rest of a gang uses what there is. */
  #wantedBy({ task, place, attempt, isUrgent: isRestOfGang }: Candidate, { victims }: RunState): readonly number[] {
    const started = { step: place.step, attempt, isVictim: victims.has(task) };
    return isRestOfGang ? [] : this.#use.wantedBy(started, together(place));
  }
}

function reserve(reserved: number[], wanted: readonly number[]): void {
  for (let at = 0; at < wanted.length; at += 1) reserved[at] = (reserved[at] ?? 0) + (wanted[at] ?? 0);
}

/** Whether an entry has had its turn by this start: a gang with its last member, any other split with each. */
function isOver(entry: Startable, { task, source }: TaskStarted | TaskReused): boolean {
  if (entry.kind === "retry") return source.kind === "retry" && task === entry.waiting.task;
  if (!isTakenBy(entry, source)) return false;
  return entry.kind === "task" || entry.split.kind !== "gang" || entry.split.launched + 1 === entry.split.size;
}

/** How many tasks start with this one. */
function together({ split, hop }: GraphPlace): number {
  return split?.kind === "gang" && hop === 0 ? split.size : 1;
}

/** The rest of a gang first, then retries, then what became ready last. */
function isBefore(one: Startable, other: Startable): boolean {
  if (isUrgent(one) !== isUrgent(other)) return isUrgent(one);
  if (one.kind === "retry" || other.kind === "retry") return one.kind === "retry";
  return one.order > other.order;
}
