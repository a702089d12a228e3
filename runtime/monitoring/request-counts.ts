import type { RequestBlock, RequestTotals } from "../datastore/kinds/requests.ts";
import { latencyBucket } from "./latency-bucket.ts";
import type { RequestFacts } from "./served-request.ts";

interface VersionCounts {
  readonly number: number;
  readonly hash: string;
  requests: number;
  rows: number;
  different: number;
  readonly statuses: Map<number, number>;
  readonly latencies: Map<number, number>;
}

/** Counts of all requests, by version. */
export class RequestCounts {
  /** Requests that were to be kept and were not. */
  dropped = 0;
  #from = Infinity;
  #to = -Infinity;
  readonly #versions = new Map<string, VersionCounts>();
  #last: VersionCounts | null = null;

  get isEmpty(): boolean {
    return this.#versions.size === 0;
  }

  add({ at, number, hash, status, latencyMs, rows, isDifferent = false }: RequestFacts): void {
    this.#from = Math.min(this.#from, at);
    this.#to = Math.max(this.#to, at);
    const counts = this.#countsOf(number, hash);
    counts.requests += 1;
    counts.rows += rows;
    if (isDifferent) counts.different += 1;
    more(counts.statuses, status, 1);
    more(counts.latencies, latencyBucket(latencyMs), 1);
  }

  /** When the first of them came; infinite where there is none. */
  get from(): number {
    return this.#from;
  }

  /** Counts that could not be stored; what was kept with them is dropped. */
  takeBack(other: RequestCounts, kept: number): void {
    this.dropped += other.dropped + kept;
    this.#from = Math.min(this.#from, other.#from);
    this.#to = Math.max(this.#to, other.#to);
    for (const { number, hash, requests, rows, different, statuses, latencies } of other.#versions.values()) {
      const counts = this.#countsOf(number, hash);
      counts.requests += requests;
      counts.rows += rows;
      counts.different += different;
      for (const [status, count] of statuses) more(counts.statuses, status, count);
      for (const [bucket, count] of latencies) more(counts.latencies, bucket, count);
    }
  }

  /** The same time, of which nothing is left to tell. */
  without(): RequestCounts {
    const rest = new RequestCounts();
    rest.#from = this.#from;
    rest.#to = this.#to;
    return rest;
  }

  summary(): Pick<RequestBlock, "from" | "to" | "totals" | "dropped"> {
    const totals = [...this.#versions.values()].map(({ statuses, latencies, different, ...counts }): RequestTotals => ({
      ...counts,
      ...(different === 0 ? {} : { different }),
      statuses: Object.fromEntries(statuses),
      latencies: Object.fromEntries(latencies),
    }));
    return { from: this.#from, to: this.#to, totals, dropped: this.dropped };
  }

  #countsOf(number: number, hash: string): VersionCounts {
    const last = this.#last;
    if (last?.number === number && last.hash === hash) return last;
    const key = `${number} ${hash}`;
    const there = this.#versions.get(key);
    const counts = there ?? newCounts(number, hash);
    if (there === undefined) this.#versions.set(key, counts);
    return (this.#last = counts);
  }
}

function newCounts(number: number, hash: string): VersionCounts {
  return { number, hash, requests: 0, rows: 0, different: 0, statuses: new Map(), latencies: new Map() };
}

function more(counts: Map<number, number>, key: number, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
