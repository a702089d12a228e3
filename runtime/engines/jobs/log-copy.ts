import { formatLogLine, type StoredLogLine } from "../../datastore/stored-log-line.ts";
import type { RunRecord } from "../../datastore/run-record.ts";
import type { Appender } from "../../datastore/storage.ts";
import type { TaskSpec } from "../../task/task-spec.ts";

/** Output that lies with another run is stored with this one as well. */
export class LogCopy {
  readonly #record: RunRecord;
  readonly #spec: TaskSpec;
  #appender: Appender | null = null;

  constructor(record: RunRecord, spec: TaskSpec) {
    this.#record = record;
    this.#spec = spec;
  }

  add(line: StoredLogLine): void {
    // It is stored already: that the copy fails is no reason to stop.
    this.#append(formatLogLine(line, Buffer.from(line.text))).catch(() => undefined);
  }

  async #append(bytes: Uint8Array): Promise<void> {
    this.#appender ??= this.#record.openLog(this.#spec);
    await this.#appender.append(bytes);
  }
}
