import { isMillraceError, MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../../sdk/base/nearest.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { type LastValue, numberOf, storedNumber } from "../../../datastore/last-values.ts";
import { runValues } from "../../../datastore/reader/run-values.ts";
import type { RunHeader } from "../../../datastore/reader/run-summary.ts";
import { runMetricsKey } from "../../../datastore/run-keys.ts";
import { metricText } from "../../show/metric-text.ts";

/** Runs that are looked up together where each look is a request. */
const RUNS_AHEAD = 64;

/** The values of metrics that the user asked for, of the runs listed. */
export class ChosenMetrics {
  readonly names: readonly string[];
  readonly warnings: string[] = [];
  readonly #store: Datastore;
  readonly #values = new Map<string, ReadonlyMap<string, LastValue>>();

  /** @param names - without those that come twice */
  constructor(store: Datastore, names: readonly string[]) {
    this.#store = store;
    this.names = [...new Set(names)];
  }

  /** Reads what all of these runs have. */
  read(runs: readonly RunHeader[]): void {
    for (const [at, run] of runs.entries()) {
      if (at % RUNS_AHEAD === 0) this.#announce(runs.slice(at, at + RUNS_AHEAD));
      this.#values.set(nameOf(run), this.#read(run));
    }
  }

  /** Undefined where the run has no such metric. */
  value(run: RunHeader, name: string): number | undefined {
    const last = this.#values.get(nameOf(run))?.get(name);
    return last === undefined ? undefined : numberOf(last.value);
  }

  cells(run: RunHeader): string[] {
    return this.names.map((name) => metricText(this.value(run, name)));
  }

  /** Without those that the run has not; what JSON lacks is a text. */
  json(run: RunHeader): object {
    const found = this.names.flatMap((name) => {
      const value = this.value(run, name);
      return value === undefined ? [] : [[name, storedNumber(value)] as const];
    });
    return Object.fromEntries(found);
  }

  /**
   * @throws MillraceError `MILLRACE_USAGE` for a name that no run has; none where no run has logged anything yet
   */
  checkNames(): void {
    const known = [...new Set([...this.#values.values()].flatMap((values) => [...values.keys()]))].sort();
    for (const name of this.names) {
      if (known.includes(name)) continue;
      if (known.length === 0) this.warnings.push(`no run listed has logged a metric, so none has ${name}`);
      else throw unknownMetric(name, known);
    }
  }

  #read(run: RunHeader): ReadonlyMap<string, LastValue> {
    try {
      return runValues(this.#store, run);
    } catch (error) {
      if (!isMillraceError(error)) throw error;
      this.warnings.push(`the metrics of ${run.run} are left out: ${error.message}`);
      return new Map();
    }
  }

  #announce(runs: readonly RunHeader[]): void {
    const ended = runs.filter(({ finishedAt }) => finishedAt !== null);
    this.#store.storage.ahead(ended.map((run) => ({ op: "read", key: runMetricsKey(run) })));
  }
}

function nameOf({ flow, run }: RunHeader): string {
  return `${flow}/${run}`;
}

function unknownMetric(name: string, known: readonly string[]): MillraceError {
  const meant = nearest(name, known);
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot show the metric ${name} because no run listed has logged it`,
    details: [`there are: ${known.join(", ")}`],
    ...(meant === null ? {} : { hint: `did you mean ${meant}?` }),
  });
}
