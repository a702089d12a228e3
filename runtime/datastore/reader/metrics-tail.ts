import { linesIn } from "../lines-of.ts";
import { type MetricLine, parseMetricLine } from "../kinds/metrics.ts";
import { addColumns, type MetricSeries } from "../metric-columns.ts";
import type { ResultLocator } from "../records.ts";
import { type AttemptPlace, metricsKey, type RunPlace } from "../run-keys.ts";
import type { Storage } from "../storage.ts";
import { LineTail } from "./line-tail.ts";

/** Reads what one attempt logs while it does: each call gives what is new. */
export class MetricsTail {
  readonly #tail: LineTail;
  readonly #key: string;
  /** Once it was read: the result whose series these are. */
  repeats: ResultLocator | null = null;

  constructor(storage: Storage, of: RunPlace & AttemptPlace) {
    this.#key = metricsKey(of);
    this.#tail = new LineTail(storage, this.#key);
  }

  *lines(): Generator<MetricLine> {
    for (const lines of this.#tail.next())
      for (const { text } of linesIn(lines)) yield parseMetricLine(text, this.#key);
  }

  /** By name, in the order of the calls. */
  next(): ReadonlyMap<string, MetricSeries> {
    const found = new Map<string, MetricSeries>();
    for (const { series, time, repeats } of this.lines()) {
      this.repeats ??= repeats ?? null;
      for (const [name, columns] of Object.entries(series)) {
        const known = found.get(name) ?? { steps: [], values: [], times: [] };
        found.set(name, known);
        addColumns(known, columns, time);
      }
    }
    return found;
  }
}
