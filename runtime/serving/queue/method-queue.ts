import type { Prediction } from "../model/predictions-of.ts";
import { BatchCost } from "./batch-cost.ts";
import type { WaitingRequest } from "./waiting-request.ts";

/** What a gap between two requests counts in the mean. */
const GAP_WEIGHT = 0.1;

/** The requests for one method that no worker has yet. */
export class MethodQueue {
  readonly prediction: Prediction;
  readonly cost = new BatchCost();
  readonly #requests: WaitingRequest[] = [];
  #from = 0;
  #rows = 0;
  #lastAt: number | null = null;
  /** Mean time between two requests, in milliseconds. */
  #gap = Infinity;

  constructor(prediction: Prediction) {
    this.prediction = prediction;
  }

  get length(): number {
    return this.#requests.length - this.#from;
  }

  /** Rows that wait. */
  get rows(): number {
    return this.#rows;
  }

  /** The one that waits longest. */
  get first(): WaitingRequest | null {
    return this.#requests[this.#from] ?? null;
  }

  /** @param now - it may have arrived long before: its body took its time */
  add(request: WaitingRequest, now: number): void {
    const gap = now - (this.#lastAt ?? -Infinity);
    this.#lastAt = now;
    if (Number.isFinite(gap)) this.#gap = this.#gap === Infinity ? gap : this.#gap + GAP_WEIGHT * (gap - this.#gap);
    this.#requests.push(request);
    this.#rows += this.#rowsOf(request);
  }

  /**
   * How long a free worker shall wait for more rows: until the call that it saves costs less than the wait of those that
   * are there, and `maxWaitMs` at most, and never past what the first one's deadline leaves.
   */
  waitUntil(now: number): number {
    const { first } = this;
    const { maxSize, maxWaitMs } = this.prediction.batch;
    if (first === null || maxWaitMs === 0 || this.#rows >= maxSize) return now;
    const spare = first.deadline - this.cost.estimate(this.#rows, maxSize);
    const latest = Math.max(Math.min(first.arrivedAt + maxWaitMs, spare), now);
    const { learned } = this.cost;
    if (learned === null) return latest;
    const isWorthIt = this.length * this.#gap < learned.perCall;
    return isWorthIt ? Math.min(latest, now + this.#gap) : now;
  }

  /** What the next batch will take, with one more request if that is asked. */
  batchMs(request?: WaitingRequest): number {
    const { maxSize } = this.prediction.batch;
    const more = request === undefined ? 0 : this.#rowsOf(request);
    return this.cost.estimate(Math.max(Math.min(this.#rows + more, maxSize), more), maxSize);
  }

  /** Takes out those that the next batch would answer too late, so that nobody computes for nobody; the last one is tried. */
  removeHopeless(now: number): WaitingRequest[] {
    const doneAt = now + this.batchMs();
    if (this.first === null || this.first.deadline > doneAt) return [];
    const last = this.#requests.at(-1);
    return this.remove((one) => one.deadline <= doneAt && one !== last);
  }

  /** The next batch, whole requests in the order of their arrival. */
  take(): WaitingRequest[] {
    const batch: WaitingRequest[] = [];
    let rows = 0;
    for (let next = this.first; next !== null; next = this.first) {
      const own = this.#rowsOf(next);
      if (batch.length > 0 && rows + own > this.prediction.batch.maxSize) break;
      batch.push(next);
      rows += own;
      this.#from += 1;
      if (rows >= this.prediction.batch.maxSize) break;
    }
    this.#rows -= rows;
    this.#compact();
    return batch;
  }

  /** Takes out those whose time has passed, or all that a test names. */
  remove(isOver: (request: WaitingRequest) => boolean): WaitingRequest[] {
    if (this.length === 0) return [];
    const waiting = this.#requests.splice(0).slice(this.#from);
    this.#from = 0;
    this.#rows = 0;
    const over: WaitingRequest[] = [];
    for (const one of waiting) {
      if (isOver(one)) over.push(one);
      else {
        this.#requests.push(one);
        this.#rows += this.#rowsOf(one);
      }
    }
    return over;
  }

  /** Takes out one, if it is still there. */
  forget(request: WaitingRequest): void {
    if (this.#requests.includes(request, this.#from)) this.remove((one) => one === request);
  }

  /** One of unknown size fills a batch. */
  #rowsOf({ rows }: WaitingRequest): number {
    return rows ?? this.prediction.batch.maxSize;
  }

  #compact(): void {
    if (this.#from < 1_000 && this.#from < this.#requests.length) return;
    this.#requests.splice(0, this.#from);
    this.#from = 0;
  }
}
