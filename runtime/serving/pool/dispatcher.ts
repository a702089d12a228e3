import { performance } from "node:perf_hooks";
import type { Prediction } from "../model/predictions-of.ts";
import { MethodQueue } from "../queue/method-queue.ts";
import { errorAnswer, type WaitingRequest } from "../queue/waiting-request.ts";
import type { Generation } from "./generation.ts";

export interface DispatcherOptions {
  readonly predictions: readonly Prediction[];
  /** Requests that may wait; one more is answered with 429. */
  readonly maxQueue: number;
  /** Passed deadlines were looked for: batches may be late as well. In milliseconds of `performance.now()`. */
  onLate(now: number): void;
  /** For the log. */
  onFault(text: string): void;
  onBatch(batch: {
    readonly method: string;
    readonly requests: number;
    readonly rows: number;
    readonly ms: number;
  }): void;
}

const LATE = errorAnswer(504, "the deadline has passed");

/** So often passed deadlines are looked for. */
const SWEEP_MS = 20;

/** Brings requests to workers, in batches, and their answers back. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #queues: ReadonlyMap<string, MethodQueue>;
  readonly #running = new Set<PendingRequest>();
  /** When each batch that workers are at is to be done. */
  readonly #batches = new Set<{ readonly doneAt: number }>();
  readonly #sweep: NodeJS.Timeout;
  #generation: Generation | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isScheduled = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#queues = new Map(options.predictions.map((one) => [one.name, new MethodQueue(one)]));
    this.#sweep = setInterval(() => this.#endLate(), SWEEP_MS).unref();
  }

  /** Requests that no worker has yet. */
  get waiting(): number {
    let count = 0;
    for (const queue of this.#queues.values()) count += queue.length;
    return count;
  }

  /** Requests that workers are at. */
  get running(): number {
    return this.#running.size;
  }

  /** From now on these workers get what comes. */
  use(generation: Generation): void {
    this.#generation = generation;
    this.wake();
  }

  /** Queues a request, or refuses it at once where it would wait too long. */
  add(method: string, request: WaitingRequest): void {
    const queue = this.#queues.get(method);
    if (queue === undefined) return request.settle(errorAnswer(404, `there is no method ${method}`));
    const now = performance.now();
    const ahead = this.#aheadMs(now);
    // Where nothing is ahead, it is tried: what batches took before may be wrong.
    const isTooLate = ahead > 0 && now + ahead + queue.batchMs(request) > request.deadline;
    if (isTooLate || this.waiting >= this.#options.maxQueue) {
      const retryAfter = Math.max(Math.ceil(ahead / 1000), 1);
      return request.settle(errorAnswer(429, `too many requests are waiting: ${this.waiting}`, retryAfter));
    }
    queue.add(request, now);
    this.wake();
  }

  /** There is nobody any more who waits for the answer; one that a worker has is computed to its end. */
  forget(method: string, request: WaitingRequest): void {
    this.#queues.get(method)?.forget(request);
  }

  /** What no worker has yet is for another one to answer. */
  handOver(to: Dispatcher): void {
    for (const [method, queue] of this.#queues) for (const request of queue.remove(() => true)) to.add(method, request);
  }

  /** A worker is free, or a request has come; once for all that happens at the same time. */
  wake(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#dispatch();
    });
  }

  close(): void {
    clearInterval(this.#sweep);
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const queue of this.#queues.values())
      for (const request of queue.remove(() => true)) request.settle(errorAnswer(503, "the server is ending", 1));
  }

  #dispatch(): void {
    const generation = this.#generation;
    const now = performance.now();
    let wakeAt = Infinity;
    while (generation?.hasFree() === true) {
      const queue = this.#due(now);
      if (queue === null) {
        wakeAt = this.#nextDue(now);
        break;
      }
      this.#run(generation, queue);
    }
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = wakeAt === Infinity ? null : setTimeout(() => this.#dispatch(), Math.max(wakeAt - now, 1));
  }

  /** Whose first request has waited longest, of those that need not wait for more rows. */
  #due(now: number): MethodQueue | null {
    let found: MethodQueue | null = null;
    for (const queue of this.#queues.values()) {
      const { first } = queue;
      if (first === null || queue.waitUntil(now) > now) continue;
      if (found === null || first.arrivedAt < (found.first?.arrivedAt ?? Infinity)) found = queue;
    }
    return found;
  }

  /** When the first of them will have waited enough. */
  #nextDue(now: number): number {
    let earliest = Infinity;
    for (const queue of this.#queues.values())
      if (queue.first !== null) earliest = Math.min(earliest, queue.waitUntil(now));
    return earliest;
  }

  #run(generation: Generation, queue: MethodQueue): void {
    const startedAt = performance.now();
    for (const hopeless of queue.removeHopeless(startedAt)) hopeless.settle(LATE);
    const estimated = { doneAt: startedAt + queue.batchMs() };
    const batch = queue.take().map((request) => new PendingRequest(request));
    this.#batches.add(estimated);
    for (const one of batch) this.#running.add(one);
    const { name } = queue.prediction;
    const settle = (tell: (one: PendingRequest, index: number) => void) => {
      this.#batches.delete(estimated);
      for (const [index, one] of batch.entries()) {
        this.#running.delete(one);
        tell(one, index);
      }
    };
    generation.run(name, {
      startedAt,
      requests: batch.map(({ request }) => request),
      onAnswers: ({ heads, bodies, ms, faults }) => {
        const rows = heads.reduce((sum, head) => sum + head.rows, 0);
        if (rows > 0 && faults.length === 0) queue.cost.note(rows, ms);
        this.#options.onBatch({ method: name, requests: batch.length, rows, ms });
        for (const fault of faults) this.#options.onFault(fault);
        settle((one, index) => {
          const head = heads[index];
          const body = bodies[index];
          if (head === undefined || body === undefined) one.settle(errorAnswer(500, "the service gave no answer"));
          else {
            const { status, rows: answered, isArrow, features } = head;
            one.settle({ status, body, rows: answered, version: generation.version, isArrow, features });
          }
        });
      },
      onLost: (how) =>
        settle((one) => one.settle(errorAnswer(503, `the process that was to answer has ended: ${how}`, 1))),
    });
  }

  /** How long a request would wait that comes now, by what batches took so far: workers take from all methods in turn. */
  #aheadMs(now: number): number {
    let ms = 0;
    for (const { doneAt } of this.#batches) ms += Math.max(doneAt - now, 0);
    for (const { cost, rows, prediction } of this.#queues.values()) ms += cost.estimate(rows, prediction.batch.maxSize);
    return ms / Math.max(this.#generation?.ready ?? 1, 1);
  }

  #endLate(): void {
    const now = performance.now();
    for (const queue of this.#queues.values())
      for (const request of queue.remove(({ deadline }) => deadline <= now)) request.settle(LATE);
    for (const one of this.#running) if (one.request.deadline <= now) one.settle(LATE);
    this.#options.onLate(now);
  }
}

/** A request may have been answered with 504 before its worker is done. */
class PendingRequest {
  readonly request: WaitingRequest;
  #isSettled = false;

  constructor(request: WaitingRequest) {
    this.request = request;
  }

  settle(answer: Parameters<WaitingRequest["settle"]>[0]): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.request.settle(answer);
  }
}
