import { formatLogLine, type LogLine } from "../../datastore/log-format.ts";
import type { RunRecord } from "../../datastore/run-record.ts";
import type { Appender } from "../../datastore/storage.ts";
import type { TaskSpec } from "../../task/task-spec.ts";

/** Output that lies with another run is stored with this one as well. */
export class LogCopy {
  readonly #appender: Promise<Appender>;

  constructor(record: Promise<RunRecord>, spec: TaskSpec) {
    this.#appender = record.then((known) => known.openLog(spec));
  }

  add(line: LogLine): void {
    // It is stored already: that the copy fails is no reason to stop.
    this.#appender
      .then((appender) => appender.append(formatLogLine(line, Buffer.from(line.text))))
      .catch(() => undefined);
  }
}
