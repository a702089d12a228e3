import type { Datastore } from "../../datastore/datastore.ts";
import { addLater, type LastValue } from "../../datastore/last-values.ts";
import { MetricPlaces } from "../../datastore/reader/metric-places.ts";
import { gatheredValues, reusedPlaces } from "../../datastore/reader/run-values.ts";
import { RECORD_FORMAT } from "../../datastore/records.ts";
import type { RunEvent } from "../../datastore/run-event.ts";
import type { AttemptPlace } from "../../datastore/run-keys.ts";
import type { RunRecord } from "../../datastore/run-record.ts";
import type { TaskEnded } from "../../engines/compute-backend.ts";

/** Keeps what the tasks of a run logged last, and records it at the run's end: lists of runs need not read tasks then. */
export class MetricLedger {
  readonly #store: Datastore;
  readonly #record: RunRecord;
  /** Others before this process had tasks of the run executed. */
  readonly #isContinued: boolean;
  readonly #last = new Map<string, LastValue>();
  /** Attempts whose processes may have died with what they logged, and nobody told. */
  readonly #silent: AttemptPlace[] = [];
  /** Results of tasks that the run took over. */
  readonly #reused: string[] = [];

  constructor(store: Datastore, { record, isContinued }: { record: RunRecord; isContinued: boolean }) {
    this.#store = store;
    this.#record = record;
    this.#isContinued = isContinued;
  }

  ended({ step, task, attempt, outcome }: TaskEnded): void {
    if (outcome.metrics !== undefined) addLater(this.#last, outcome.metrics);
    else if (outcome.status === "failed") this.#silent.push({ step, task, attempt });
  }

  /** Before the event is recorded: who reads that a run has ended finds its metrics. */
  telling(event: RunEvent): void {
    if (event.type === "task-reused") this.#reused.push(event.result);
    if (event.type === "run-finished") this.#write();
  }

  /** Where they cannot be read or written, the run is listed without. */
  #write(): void {
    const { flow, run } = this.#record;
    try {
      const logged = new MetricPlaces(this.#store.storage);
      const silent = this.#silent.map((at) => ({ flow, run, ...at }));
      const places = [
        ...(this.#isContinued ? logged.all({ flow, run }) : silent),
        ...reusedPlaces(logged, { flow, results: this.#reused }),
      ];
      addLater(this.#last, Object.fromEntries(gatheredValues(this.#store, places)));
      if (this.#last.size === 0) return;
      this.#record.writeMetrics({ format: RECORD_FORMAT, last: Object.fromEntries(this.#last) });
    } catch {
      // What else cannot be written then is told by the journal.
    }
  }
}
