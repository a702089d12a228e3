/** Each bucket is this much wider than the one before: a quantile is at most half of that off. */
const GROWTH = 1.02;
const LOG_GROWTH = Math.log(GROWTH);
const LEAST_MS = 0.001;

/** How many requests took how long, in buckets of 2 %. */
type LatencyBuckets = Readonly<Record<string, number>>;

/** The bucket of a latency. */
export function latencyBucket(latencyMs: number): number {
  return Math.round(Math.log(Math.max(latencyMs, LEAST_MS)) / LOG_GROWTH);
}

/** Buckets of several counts together. */
export function addLatencies(to: Map<number, number>, latencies: LatencyBuckets): void {
  for (const [bucket, count] of Object.entries(latencies)) {
    const at = Number(bucket);
    to.set(at, (to.get(at) ?? 0) + count);
  }
}

/** Latencies below which these shares of the requests were, in milliseconds; null of none. */
export function latencyQuantiles(buckets: ReadonlyMap<number, number>, shares: readonly number[]): (number | null)[] {
  const sorted = [...buckets].sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  return shares.map((share) => {
    let below = 0;
    for (const [bucket, count] of sorted) {
      below += count;
      if (below >= share * total) return Math.exp(bucket * LOG_GROWTH);
    }
    return null;
  });
}
