import type { LogStep } from "../../sdk/base/host.ts";
import { type LastValue, type LastValues, storedNumber } from "../datastore/last-values.ts";
import { metricColumns } from "../datastore/metric-columns.ts";
import { RECORD_FORMAT } from "../datastore/records.ts";
import type { Appender } from "../datastore/storage.ts";
import type { Redactor } from "../secrets/redactor.ts";
import { AttemptLines } from "./attempt-lines.ts";
import { Pacing } from "./pacing.ts";
import { checkedMetrics, checkedStep, tooManyNames } from "./checked-metrics.ts";

export interface TaskMetricsOptions {
  /** Of what the attempt logs; called when it logs first. */
  open(): Appender;
  redactor(): Redactor | null;
}

/** What a series got since it was stored last. */
interface Series {
  readonly name: string;
  nextStep: number;
  steps: number[];
  values: number[];
  times: number[];
  last: LastValue | null;
}

/** A name made of a number, as of an epoch, makes more: each is a series, and the run's record has all of them. */
const MAX_NAMES = 10_000;

// Kept from before the flow is loaded: a step may replace them.
const { stringify } = JSON;
const wallTime = Date.now;

/** What an attempt logs with `current.log`. */
export class TaskMetrics {
  readonly #options: TaskMetricsOptions;
  /** By the name that the step gives. */
  readonly #series = new Map<string, Series>();
  /** By the name that is stored. */
  readonly #shown = new Map<string, Series>();
  /** When the first call was that is not stored yet; in milliseconds since 1970. */
  #since: number | null = null;
  readonly #pacing = new Pacing(() => this.#flush());
  #isConcluded = false;
  #isOver = false;
  readonly #lines: AttemptLines;

  constructor(options: TaskMetricsOptions) {
    this.#options = options;
    const open = () => options.open();
    this.#lines = new AttemptLines({ open, what: "what current.log tells", leaving: () => this.#flush() });
  }

  /** @throws MillraceError `MILLRACE_METRIC` for what is no number, name or step; nothing of the call counts then */
  add(metrics: Readonly<Record<string, number>>, options?: LogStep): void {
    const names = checkedMetrics(metrics);
    const step = options === undefined ? undefined : checkedStep(options);
    if (this.#isOver) return;
    const time = wallTime();
    for (const name of names) {
      const series = this.#series.get(name) ?? this.#begin(name);
      const place = step ?? series.nextStep;
      series.nextStep = place + 1;
      series.steps.push(place);
      series.values.push(metrics[name] as number);
      series.times.push(time);
    }
    this.#since ??= time;
    this.#isConcluded = false;
    this.#pacing.wants();
  }

  /** Stores all, with what stands last in each series. */
  conclude(): LastValues {
    this.#flush({ isLast: true });
    return this.#last();
  }

  /** The task is over: nothing more is taken. */
  close(): LastValues {
    const last = this.conclude();
    this.#isOver = true;
    this.#lines.close();
    return last;
  }

  /** Names that are masked alike are one. */
  #begin(name: string): Series {
    if (this.#series.size >= MAX_NAMES) throw tooManyNames(name, MAX_NAMES);
    const shown = this.#options.redactor()?.text(name) ?? name;
    const series = this.#shown.get(shown) ?? { name: shown, nextStep: 0, steps: [], values: [], times: [], last: null };
    this.#shown.set(shown, series);
    this.#series.set(name, series);
    return series;
  }

  #flush({ isLast = false } = {}): void {
    this.#pacing.rest();
    if ((this.#since === null && !isLast) || this.#isConcluded || this.#isOver) return;
    this.#isConcluded = isLast;
    try {
      this.#lines.append(this.#line(isLast));
    } catch (error) {
      this.#lines.broken(error);
    }
    this.#since = null;
  }

  /** What came since the line before; the series are empty then. */
  #line(isLast: boolean): string {
    const time = this.#since ?? wallTime();
    const parts: string[] = [];
    for (const series of this.#shown.values()) {
      if (series.steps.length === 0) continue;
      parts.push(`${stringify(series.name)}:${stringify(metricColumns(series, time))}`);
      series.last = lastOf(series);
      series.steps = [];
      series.values = [];
      series.times = [];
    }
    const last = isLast ? `,"last":${stringify(this.#last())}` : "";
    return `{"format":${RECORD_FORMAT},"time":${time},"series":{${parts.join(",")}}${last}}\n`;
  }

  #last(): LastValues {
    const all = [...this.#shown.values()];
    return Object.fromEntries(all.flatMap(({ name, last }) => (last === null ? [] : [[name, last]])));
  }
}

function lastOf({ steps, values, times }: Series): LastValue {
  const at = steps.length - 1;
  return { step: steps[at] ?? 0, value: storedNumber(values[at] ?? NaN), time: times[at] ?? 0 };
}
