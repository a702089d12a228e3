import { appendAll } from "../../../sdk/base/append-all.ts";
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

/** A family of metrics: its name without "millrace_", and its lines. */
interface Family {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly lines: readonly string[];
}

/** Counts what a version does, for Prometheus. */
export class ServiceMetrics {
  readonly #methods = new Map<string, MethodCounts>();
  #dropped = 0;
  #different = 0;

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

  /** A shadow did not answer a request. */
  dropped(): void {
    this.#dropped += 1;
  }

  /** A shadow answered something else than the client got. */
  different(): void {
    this.#different += 1;
  }

  /** Each family with its lines, in the same order for each version. */
  families(gauges: ServiceGauges, label = ""): Family[] {
    const all = [...this.#methods].map(([method, counts]) => ({ labels: `method="${method}"${label}`, counts }));
    const each = (name: string, of: (counts: MethodCounts) => number) =>
      all.map(({ labels, counts }) => `${name}{${labels}} ${of(counts)}`);
    const one = (name: string, value: number) => [`${name}${label === "" ? "" : `{${label.slice(1)}}`} ${value}`];
    const { version } = gauges;
    const info = version === null ? [] : [infoLine(version, label)];
    return [
      counter("requests_total", "Requests by method and status.", all.flatMap(statusLines)),
      {
        ...{ name: "request_seconds", type: "histogram", help: "From the arrival of a request to its answer." },
        lines: all.flatMap(({ labels, counts }) => histogram(labels, counts)),
      },
      counter(
        "rows_total",
        "Rows that were answered.",
        each("rows_total", ({ rows }) => rows),
      ),
      counter(
        "batches_total",
        "Calls of the service's methods.",
        each("batches_total", ({ batches }) => batches),
      ),
      counter(
        "batch_seconds_total",
        "Time that these calls took.",
        each("batch_seconds_total", ({ batchSeconds }) => batchSeconds),
      ),
      gauge("requests_waiting", "Requests that no worker has yet.", one("requests_waiting", gauges.waiting)),
      gauge("requests_running", "Requests that workers are at.", one("requests_running", gauges.running)),
      gauge("workers_ready", "Processes that can answer.", one("workers_ready", gauges.workers)),
      counter(
        "worker_restarts_total",
        "Processes that ended and were replaced.",
        one("worker_restarts_total", gauges.restarts),
      ),
      ...(info.length === 0 ? [] : [gauge("model_info", "The version that answers.", info)]),
    ];
  }

  /** What is known of a shadow beside that. */
  shadowFamilies(): Family[] {
    return [
      counter("answers_different_total", "Answers that are not, byte for byte, what the client got.", [
        `answers_different_total ${this.#different}`,
      ]),
      counter("requests_dropped_total", "Requests that it did not answer.", [
        `requests_dropped_total ${this.#dropped}`,
      ]),
    ];
  }
}

/** As Prometheus reads it: the lines of a family stand together. */
export function metricsText(families: readonly Family[], prefix = "millrace_"): string {
  const byName = new Map<string, { readonly head: readonly string[]; readonly lines: string[] }>();
  for (const { name, type, help, lines } of families) {
    const head = [`# HELP ${prefix}${name} ${help}`, `# TYPE ${prefix}${name} ${type}`];
    const there = byName.get(name) ?? { head, lines: [] };
    byName.set(name, there);
    appendAll(
      there.lines,
      lines.map((line) => prefix + line),
    );
  }
  return [...byName.values()].map(({ head, lines }) => `${[...head, ...lines].join("\n")}\n`).join("");
}

function counter(name: string, help: string, lines: readonly string[]): Family {
  return { name, type: "counter", help, lines };
}

function gauge(name: string, help: string, lines: readonly string[]): Family {
  return { name, type: "gauge", help, lines };
}

interface Labelled {
  readonly labels: string;
  readonly counts: MethodCounts;
}

function statusLines({ labels, counts: { statuses } }: Labelled): string[] {
  const [method = "", ...others] = labels.split(",");
  return [...statuses].map(
    ([status, count]) => `requests_total{${[method, `status="${status}"`, ...others].join(",")}} ${count}`,
  );
}

function infoLine({ name, number, hash }: ServedVersion, label: string): string {
  return `model_info{name="${name}",version="${number}",hash="${hash}"${label}} 1`;
}

function histogram(labels: string, { buckets, seconds, requests }: MethodCounts): string[] {
  let sum = 0;
  const bounds = BUCKETS.map((bound, index) => {
    sum += buckets[index] ?? 0;
    return `request_seconds_bucket{${labels},le="${bound}"} ${sum}`;
  });
  return [
    ...bounds,
    `request_seconds_bucket{${labels},le="+Inf"} ${requests}`,
    `request_seconds_sum{${labels}} ${seconds}`,
    `request_seconds_count{${labels}} ${requests}`,
  ];
}
