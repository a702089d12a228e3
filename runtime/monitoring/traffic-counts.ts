import type { RequestBlock, RequestTotals } from "../datastore/kinds/requests.ts";
import { addLatencies, latencyQuantiles } from "./latency-bucket.ts";

/** Counts of all requests, kept or not. */
export interface TrafficFacts {
  readonly requests: number;
  readonly rows: number;
  /** Requests whose status is 500 or more: the model's or the server's fault. */
  readonly errors: number;
  /** Requests whose status is 400 to 499. */
  readonly refused: number;
  /** Answers of a shadow that are not what the client got. */
  readonly different: number;
  /** Of all requests, in milliseconds; null of none. */
  readonly latencyMs: { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null };
}

/** Adds up what blocks count: it takes the memory of the versions, however many blocks there are. */
export class TrafficCounts {
  readonly #all = new Sums();
  readonly #versions = new Map<string, { readonly number: number; readonly hash: string; readonly sums: Sums }>();

  add({ totals }: RequestBlock): void {
    for (const one of totals) {
      const { number, hash } = one;
      const key = `${number} ${hash}`;
      const version = this.#versions.get(key) ?? { number, hash, sums: new Sums() };
      this.#versions.set(key, version);
      version.sums.add(one);
      this.#all.add(one);
    }
  }

  total(): TrafficFacts {
    return this.#all.facts();
  }

  versions(): (TrafficFacts & Pick<RequestTotals, "number" | "hash">)[] {
    return [...this.#versions.values()].map(({ number, hash, sums }) => ({ number, hash, ...sums.facts() }));
  }
}

class Sums {
  #requests = 0;
  #rows = 0;
  #errors = 0;
  #refused = 0;
  #different = 0;
  readonly #latencies = new Map<number, number>();

  add({ requests, rows, different = 0, statuses, latencies }: RequestTotals): void {
    this.#requests += requests;
    this.#rows += rows;
    this.#different += different;
    for (const [status, count] of Object.entries(statuses)) {
      if (Number(status) >= 500) this.#errors += count;
      else if (Number(status) >= 400) this.#refused += count;
    }
    addLatencies(this.#latencies, latencies);
  }

  facts(): TrafficFacts {
    const [p50 = null, p95 = null, p99 = null] = latencyQuantiles(this.#latencies, [0.5, 0.95, 0.99]);
    return {
      ...{ requests: this.#requests, rows: this.#rows, errors: this.#errors, refused: this.#refused },
      different: this.#different,
      latencyMs: { p50, p95, p99 },
    };
  }
}
