import type { ServedVersion } from "../pool/served-version.ts";

/** Upper bounds of the histogram of latencies, in seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What is true at the moment, beside what was counted. */
export interface ServiceGauges {
  readonly waiting: number;
  readonly running: number;
  readonly workers: number;
  readonly restarts: number;
  readonly version: ServedVersion | null;
}

interface MethodCounts {
  readonly statuses: Map<number, number>;
  readonly buckets: number[];
  seconds: number;
  requests: number;
  rows: number;
  batches: number;
  batchSeconds: number;
}

/** Counts what a server does, for Prometheus. */
export class ServiceMetrics {
  readonly #methods = new Map<string, MethodCounts>();

  constructor(methods: readonly string[]) {
    for (const name of methods)
      this.#methods.set(name, {
        statuses: new Map(),
        buckets: BUCKETS.map(() => 0),
        ...{ seconds: 0, requests: 0, rows: 0, batches: 0, batchSeconds: 0 },
      });
  }

  request(method: string, { status, ms }: { readonly status: number; readonly ms: number }): void {
    const counts = this.#methods.get(method);
    if (counts === undefined) return;
    counts.statuses.set(status, (counts.statuses.get(status) ?? 0) + 1);
    const seconds = ms / 1000;
    counts.requests += 1;
    counts.seconds += seconds;
    const bucket = BUCKETS.findIndex((bound) => seconds <= bound);
    if (bucket >= 0) counts.buckets[bucket] = (counts.buckets[bucket] ?? 0) + 1;
  }

  batch({ method, rows, ms }: { readonly method: string; readonly rows: number; readonly ms: number }): void {
    const counts = this.#methods.get(method);
    if (counts === undefined) return;
    counts.rows += rows;
    counts.batches += 1;
    counts.batchSeconds += ms / 1000;
  }

  /** As Prometheus reads it. */
  text(gauges: ServiceGauges): string {
    const all = [...this.#methods];
    const each = (name: string, of: (counts: MethodCounts) => number) =>
      all.map(([method, counts]) => `${name}{method="${method}"} ${of(counts)}`);
    const { version } = gauges;
    return [
      ...head("requests_total", "counter", "Requests by method and status."),
      ...all.flatMap(([method, { statuses }]) =>
        [...statuses].map(
          ([status, count]) => `millrace_requests_total{method="${method}",status="${status}"} ${count}`,
        ),
      ),
      ...head("request_seconds", "histogram", "From the arrival of a request to its answer."),
      ...all.flatMap(([method, counts]) => histogram(method, counts)),
      ...head("rows_total", "counter", "Rows that were answered."),
      ...each("millrace_rows_total", ({ rows }) => rows),
      ...head("batches_total", "counter", "Calls of the service's methods."),
      ...each("millrace_batches_total", ({ batches }) => batches),
      ...head("batch_seconds_total", "counter", "Time that these calls took."),
      ...each("millrace_batch_seconds_total", ({ batchSeconds }) => batchSeconds),
      ...head("requests_waiting", "gauge", "Requests that no worker has yet."),
      `millrace_requests_waiting ${gauges.waiting}`,
      ...head("requests_running", "gauge", "Requests that workers are at."),
      `millrace_requests_running ${gauges.running}`,
      ...head("workers_ready", "gauge", "Processes that can answer."),
      `millrace_workers_ready ${gauges.workers}`,
      ...head("worker_restarts_total", "counter", "Processes that ended and were replaced."),
      `millrace_worker_restarts_total ${gauges.restarts}`,
      ...(version === null
        ? []
        : [
            ...head("model_info", "gauge", "The version that answers."),
            `millrace_model_info{name="${version.name}",version="${version.number}",hash="${version.hash}"} 1`,
          ]),
      "",
    ].join("\n");
  }
}

function head(name: string, type: string, help: string): string[] {
  return [`# HELP millrace_${name} ${help}`, `# TYPE millrace_${name} ${type}`];
}

function histogram(method: string, { buckets, seconds, requests }: MethodCounts): string[] {
  let sum = 0;
  const bounds = BUCKETS.map((bound, index) => {
    sum += buckets[index] ?? 0;
    return `millrace_request_seconds_bucket{method="${method}",le="${bound}"} ${sum}`;
  });
  return [
    ...bounds,
    `millrace_request_seconds_bucket{method="${method}",le="+Inf"} ${requests}`,
    `millrace_request_seconds_sum{method="${method}"} ${seconds}`,
    `millrace_request_seconds_count{method="${method}"} ${requests}`,
  ];
}
