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
  /** Of all requests, in milliseconds; null of none. */
  readonly latencyMs: { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null };
}

/** Adds up what blocks count. */
export class TrafficCounts {
  readonly #versions = new Map<string, RequestTotals[]>();

  add({ totals }: RequestBlock): void {
    for (const one of totals) {
      const key = `${one.number} ${one.hash}`;
      const there = this.#versions.get(key) ?? [];
      this.#versions.set(key, there);
      there.push(one);
    }
  }

  total(): TrafficFacts {
    return factsOf([...this.#versions.values()].flat());
  }

  versions(): (TrafficFacts & Pick<RequestTotals, "number" | "hash">)[] {
    return [...this.#versions.values()].map((all) => ({
      number: all[0]?.number ?? 0,
      hash: all[0]?.hash ?? "",
      ...factsOf(all),
    }));
  }
}

function factsOf(all: readonly RequestTotals[]): TrafficFacts {
  const latencies = new Map<number, number>();
  for (const one of all) addLatencies(latencies, one.latencies);
  const sum = (of: (one: RequestTotals) => number) => all.reduce((total, one) => total + of(one), 0);
  const withStatus = (from: number, to: number) =>
    sum(({ statuses }) =>
      Object.entries(statuses).reduce(
        (total, [status, count]) => total + (Number(status) >= from && Number(status) < to ? count : 0),
        0,
      ),
    );
  const [p50 = null, p95 = null, p99 = null] = latencyQuantiles(latencies, [0.5, 0.95, 0.99]);
  return {
    ...{ requests: sum(({ requests }) => requests), rows: sum(({ rows }) => rows) },
    ...{ errors: withStatus(500, Infinity), refused: withStatus(400, 500), latencyMs: { p50, p95, p99 } },
  };
}
