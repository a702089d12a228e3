import type { BackendEvent, ComputeBackend, TaskEnded } from "../engines/compute-backend.ts";
import { NEVER_BEGAN, type StopReason } from "../task/stop-reason.ts";
import { soundUsage } from "../task/sound-usage.ts";
import { stoppedOutcome, type TaskOutcome } from "../task/task-outcome.ts";
import { LEFT_ALONE } from "../task/left-alone.ts";
import type { TaskSpec } from "../task/task-spec.ts";
import type { RunEvent } from "../datastore/run-event.ts";
import type { ErrorRecord, ResultLocator, TakenTransition } from "../datastore/records.ts";
import { type FlowGraph, nodeOf } from "../graph/flow-graph.ts";
import { type Candidate, leftCandidate, nextRetryAt } from "./candidate.ts";
import { Chooser } from "./chooser.ts";
import type { Clock } from "../task/clock.ts";
import { applyEvent } from "./apply-event.ts";
import { type Capacity, CapacityUse } from "./capacity.ts";
import { decideRetry } from "./decide-retry.ts";
import { HeldSteps } from "./held-steps.ts";
import {
  type FirstTask,
  gangOf,
  initialState,
  pathOf,
  type RunningTask,
  type RunState,
  type Split,
} from "./run-state.ts";
import { errorWithNextNeeds } from "./error-with-next-needs.ts";
import type { EarlierEvents } from "./earlier-events.ts";
import { isMemoryDeath } from "../task/out-of-memory.ts";
import { Stops } from "./stops.ts";
import { taskSpecOf } from "./task-spec-of.ts";
import { TimeLimits } from "./time-limits.ts";

export interface SchedulerOptions {
  readonly graph: FlowGraph;
  readonly backend: ComputeBackend;
  /** Tasks at once. */
  readonly limit: number;
  /** What tasks share besides places: one starts when all that it takes is free. @defaultValue none */
  readonly capacities?: readonly Capacity[];
  /** Where the run begins. @defaultValue at the start of the graph */
  readonly first?: FirstTask;
  /** After a failure: stop everything, or finish all that does not depend on it. */
  readonly onFailure: "stop" | "finish";
  readonly clock: Clock;
  /** When the run began, as its document says. @defaultValue the time of the first call */
  readonly startedAt?: number;
  /** Of a run that earlier schedulers began. @defaultValue it begins now */
  readonly earlier?: EarlierEvents | null;
  /** A finished task of the origin run that may stand for this one. */
  readonly reusable: (step: string, path: string) => ReusableResult | null;
  /** Told by step what its next task waits for, whenever that changes: names of capacities, or `PLACES` of waits-text. */
  readonly held?: (lacking: ReadonlyMap<string, readonly string[]>) => void;
  /** Told of each attempt before its start is recorded. */
  readonly starting?: (spec: TaskSpec) => void;
  /** Makes events durable before what they announce happens: on return, or once the promise resolves. Keeps their order. */
  readonly record: (events: readonly RunEvent[]) => void | Promise<void>;
}

export interface ReusableResult {
  readonly result: ResultLocator;
  readonly next: TakenTransition;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly caught?: ErrorRecord;
}

/** Events written at once while finished tasks are reused. */
const REUSE_BATCH = 512;

/** Drives one run: what the state allows is started on the backend, what the backend reports becomes an event. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #state: RunState;
  readonly #chooser: Chooser;
  readonly #limits: TimeLimits;
  #cancelWake: (() => void) | null = null;
  readonly #unwritten: RunEvent[] = [];
  readonly #stops = new Stops();
  readonly #held: HeldSteps;
  /** The step whose task would start next if there were a place. */
  #placeless: string | null = null;
  /** The end of the run is recorded, or about to be. */
  #isOver = false;
  #settle: { resolve: (state: RunState) => void; reject: (error: unknown) => void } | null = null;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    const use = new CapacityUse(options.capacities ?? []);
    this.#state = initialState(options.graph, (of) => use.lane(of), options.first);
    this.#chooser = new Chooser(use);
    this.#held = new HeldSteps(options.held);
    const { graph, clock, backend } = options;
    this.#limits = new TimeLimits({ graph, clock, stop: (task, reason) => backend.stop(task, reason) });
  }

  /** Resolves when nothing runs any more; rejects only if the run can no longer be recorded. */
  run(): Promise<RunState> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#guarded(() => {
        if (!this.#goOn())
          this.#emit({ type: "run-started", time: this.#options.startedAt ?? this.#options.clock.now() });
        this.#pump();
      });
    });
  }

  /** What the backend reports. */
  deliver(event: BackendEvent): void {
    if (event.type === "logged" || event.type === "progressed" || event.type === "waits") return;
    this.#guarded(() => {
      if (event.type === "began") return this.#limits.begin(event, this.#state.running.get(event.task));
      if (event.type === "returned") return this.#limits.forget(event.task);
      this.#ended(event);
      this.#pump();
    });
  }

  /** Starts nothing more and ends what runs; the run fails for this reason. */
  interrupt(reason: string): void {
    this.#guarded(() => {
      this.#stop(reason);
      this.#pump();
    });
  }

  /** Ends without another word in the journal: the run is no longer this scheduler's. */
  abandon(error: unknown): void {
    if (this.#settle !== null) this.#unrecordable(error);
  }

  /** Takes up where earlier schedulers ended; false if they recorded nothing. */
  #goOn(): boolean {
    const { earlier, onFailure } = this.#options;
    let isBegun = false;
    for (const event of earlier?.events() ?? []) {
      isBegun = true;
      const place = event.type === "task-failed" ? this.#state.running.get(event.task)?.place : undefined;
      this.#take(event);
      if (event.type === "task-failed" && event.retryAt === null && place !== undefined)
        this.#stops.recorded(event, { step: place.step, gang: gangOf(place), onFailure });
    }
    for (const running of [...this.#state.running.values()]) this.#judgeLeft(running);
    return isBegun;
  }

  /** What was under way as the scheduler before died. */
  #judgeLeft(running: RunningTask): void {
    const { earlier, backend, graph } = this.#options;
    const { task, attempt, place } = running;
    const { step } = place;
    const outcome = earlier?.committed({ task, step, attempt }) ?? null;
    if (outcome !== null) return this.#ended({ type: "ended", task, step, attempt, outcome });
    const time = this.#options.clock.now();
    const left = { type: "task-failed", time, task, attempt, error: LEFT_ALONE.error } as const;
    if (this.#stops.holds(gangOf(place))) return this.#emit({ ...left, retryAt: null, isCancelled: true });
    const spec = taskSpecOf(leftCandidate(running), graph);
    this.#options.starting?.(spec);
    if (backend.follow?.(spec) === true) return;
    // However often that happens: it is nothing that the task did.
    this.#emit({ ...left, retryAt: time, isCancelled: false, isInterruption: true });
  }

  #guarded(action: () => void): void {
    // Once recording has failed nothing may follow: it would stand behind half a line.
    if (this.#settle === null) return;
    try {
      action();
    } catch (error) {
      this.#unrecordable(error);
    }
  }

  #unrecordable(error: unknown): void {
    this.#stops.stop("the run cannot be recorded");
    this.#settle?.reject(error);
    this.#settle = null;
  }

  /** Starts all that may start; ends the run when nothing can follow. */
  #pump(): void {
    if (this.#settle === null || this.#isOver) return;
    const specs: TaskSpec[] = [];
    for (let next = this.#candidate(); next !== null; next = this.#candidate()) {
      const event = this.#reuseOrStart(next);
      this.#emit(event);
      if (event.type === "task-started") {
        const spec = taskSpecOf(next, this.#options.graph);
        specs.push(spec);
        this.#options.starting?.(spec);
      }
      if (this.#unwritten.length >= REUSE_BATCH) this.#write(() => undefined);
    }
    this.#write(() => this.#start(specs));
    const placeless = this.#stops.reason === null ? this.#placeless : null;
    this.#held.see({ lacking: this.#chooser.lacking, placeless });
    this.#wakeForRetry();
    this.#finishIfOver();
  }

  #start(specs: readonly TaskSpec[]): void {
    for (const spec of specs) {
      const { task, step, attempt } = spec;
      // The run was ended while their start was recorded, or their gang while they waited for it.
      const stop = this.#stops.reason === null ? this.#stops.ofGang(this.#gangOf(task)) : NEVER_BEGAN;
      if (stop === null) this.#options.backend.start(spec);
      else this.deliver({ type: "ended", task, step, attempt, outcome: stoppedOutcome(stop) });
    }
  }

  #candidate(): Candidate | null {
    this.#placeless = null;
    if (this.#stops.reason !== null) return null;
    const next = this.#chooser.next(this.#state, {
      now: this.#options.clock.now(),
      isFree: (one) => this.#reuseOf(one) !== null,
    });
    if (next === null || next.isUrgent || this.#hasPlaceFor(next)) return next;
    // Taking over a finished task needs no place.
    if (this.#reuseOf(next) !== null) return next;
    this.#placeless = next.place.step;
    return null;
  }

  #hasPlaceFor(next: Candidate): boolean {
    const { place, source } = next;
    const { limit, backend } = this.#options;
    const { size } = this.#state.running;
    if (size < limit) return true;
    if (place.split?.kind !== "foreach" || source.kind !== "child" || !this.#chooser.needsPlaceOnly(next)) return false;
    return size < limit + (backend.ahead?.(place.step) ?? 0);
  }

  #reuseOf(next: Candidate): ReusableResult | null {
    const { place, source } = next;
    if (!place.isReused || source.kind === "retry") return null;
    return this.#options.reusable(place.step, pathOf(place));
  }

  #reuseOrStart(next: Candidate): RunEvent {
    const { task, attempt, source, place } = next;
    const reused = this.#reuseOf(next);
    const common = { time: this.#options.clock.now(), task, step: place.step, source, path: pathOf(place) };
    if (reused !== null) return { type: "task-reused", ...common, ...reused };
    return { type: "task-started", ...common, attempt };
  }

  #ended(event: TaskEnded): void {
    const { task, attempt } = event;
    const outcome = this.#limits.judge(event);
    const time = this.#options.clock.now();
    // A time limit may judge the outcome anew, and knows nothing of that.
    const used = usedIn(event.outcome);
    if (outcome.status === "failed") return this.#failed(event, { ...outcome, ...used });
    const caught = outcome.status === "caught" ? { caught: outcome.error } : {};
    const { result, next } = outcome;
    this.#emit({ type: "task-succeeded", time, task, attempt, result, next, ...caught, ...used });
  }

  #failed({ task, step, attempt }: TaskEnded, outcome: Extract<TaskOutcome, { status: "failed" }>): void {
    const { graph, clock, onFailure } = this.#options;
    const time = clock.now();
    const gang = this.#gangOf(task);
    const isCancelled = this.#stops.holds(gang);
    const interruptions = this.#state.running.get(task)?.interruptions ?? 0;
    const { settings } = nodeOf(graph, step);
    const isOurFault =
      this.#chooser.isHurt({ step, attempt }) && !this.#state.victims.has(task) && isMemoryDeath(outcome);
    const failed = { attempt, interruptions, outcome, isOurFault, settings, time };
    const after = decideRetry({ ...failed, random: () => clock.random() });
    const retryAt = isCancelled ? null : after.retryAt;
    const interrupted = after.isInterruption ? { isInterruption: true as const } : {};
    const error =
      retryAt === null ? outcome.error : errorWithNextNeeds(outcome.error, { resources: settings.resources, attempt });
    const used = usedIn(outcome);
    this.#emit({ type: "task-failed", time, task, attempt, error, retryAt, isCancelled, ...interrupted, ...used });
    if (retryAt !== null || isCancelled) return;
    if (onFailure === "stop") this.#stop(`${step} failed`);
    else if (gang !== null) this.#stopGang(gang, `${step}/${task} failed`);
  }

  #gangOf(task: number): Split | null {
    const running = this.#state.running.get(task);
    return running === undefined ? null : gangOf(running.place);
  }

  /** The others may wait for that member for ever. */
  #stopGang(gang: Split, reason: string): void {
    const stop = this.#stops.stopGang(gang, reason);
    for (const { task, place } of this.#state.running.values())
      if (gangOf(place) === gang) this.#options.backend.stop(task, stop);
  }

  #stop(reason: string): void {
    if (!this.#stops.stop(reason)) return;
    const stop: StopReason = { name: "AbortError", message: `the run stops: ${reason}` };
    for (const { task } of this.#state.running.values()) this.#options.backend.stop(task, stop);
  }

  #wakeForRetry(): void {
    this.#cancelWake?.();
    this.#cancelWake = null;
    const now = this.#options.clock.now();
    const at = this.#stops.reason === null ? nextRetryAt(this.#state, now) : null;
    if (at === null) return;
    const wait = at - now;
    this.#cancelWake = this.#options.clock.after(wait, () => this.#guarded(() => this.#pump()));
  }

  #finishIfOver(): void {
    const { running } = this.#state;
    const lanes = [this.#state, ...this.#state.lanes.values()];
    const mayFollow =
      this.#stops.reason === null && lanes.some(({ waiting, ready }) => waiting.size + ready.length > 0);
    if (running.size > 0 || mayFollow) return;
    const isWhole = this.#state.hasReachedEnd && this.#state.failures === 0 && this.#stops.reason === null;
    const reason = this.#state.firstFailure === null ? this.#stops.reason : null;
    const status = isWhole ? "succeeded" : "failed";
    this.#emit({ type: "run-finished", time: this.#options.clock.now(), status, reason });
    const settle = this.#settle;
    this.#isOver = true;
    this.#write(() => {
      settle?.resolve(this.#state);
      this.#settle = null;
    });
  }

  #emit(event: RunEvent): void {
    this.#take(event);
    this.#unwritten.push(event);
  }

  #take(event: RunEvent): void {
    this.#chooser.note(event, this.#state);
    applyEvent(this.#state, event);
  }

  /** An end and the starts that follow from it are one write. */
  #write(then: () => void): void {
    const recorded = this.#unwritten.length > 0 ? this.#options.record(this.#unwritten.splice(0)) : undefined;
    if (recorded === undefined) then();
    else
      recorded.then(
        () => this.#guarded(then),
        (error: unknown) => this.#unrecordable(error),
      );
  }
}

function usedIn({ usage }: TaskOutcome): Pick<TaskOutcome, "usage"> {
  return usage === undefined ? {} : { usage: soundUsage(usage) };
}
