import type { ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { COMMANDS, REPORTS, type WorkerCommand, type WorkerReport } from "../../task/worker-command.ts";
import { lineReader } from "../../task/line-reader.ts";
import { parseReport } from "./parse-report.ts";

export interface LinkListener {
  report(report: WorkerReport): void;
  /** Anything at all came. */
  heard(): void;
  /** A pipe was closed at the worker's end: by its death, or by what it runs. */
  closed(): void;
  /** Something came that no worker sends. */
  spoiled(): void;
}

/** A report of this many characters is none. */
const MAX_REPORT = 64 * 2 ** 20;

/** The scheduler's end of the line to a worker. Whoever runs in the worker's process can write there as well. */
export class WorkerLink {
  readonly #commands: Writable | null;
  #isSpoiled = false;
  /** Since a look at it began. */
  #hasHeard = false;

  constructor(child: ChildProcess, on: LinkListener) {
    const [commands, reports] = [child.stdio?.[COMMANDS], child.stdio?.[REPORTS]];
    this.#commands = (commands ?? null) as Writable | null;
    const spoil = () => {
      if (this.#isSpoiled) return;
      this.#isSpoiled = true;
      on.spoiled();
    };
    let length = 0;
    const push = lineReader((line) => {
      const report = parseReport(line);
      length = 0;
      if (report === null) spoil();
      else if (!this.#isSpoiled) on.report(report);
    });
    for (const end of [commands, reports]) end?.on("error", () => undefined).on("close", () => on.closed());
    (commands as Readable | null | undefined)?.on("data", spoil);
    (reports as Readable | null | undefined)?.setEncoding("utf8").on("data", (text: string) => {
      this.#hasHeard = true;
      on.heard();
      length += text.length;
      if (length > MAX_REPORT) spoil();
      if (!this.#isSpoiled) push(text);
    });
  }

  /**
   * A worker that just died reports itself; a failed send says nothing new.
   *
   * @param sent - called once the worker can read it
   */
  send(command: WorkerCommand, sent?: () => void): void {
    if (this.#commands?.writable !== true) return;
    this.#commands.write(`${JSON.stringify(command)}\n`, (error) => {
      if (error == null) sent?.();
    });
  }

  /** Calls back once all that the worker has written until now was read. */
  settled(then: () => void): void {
    this.#hasHeard = false;
    // Between two turns the loop polls all pipes.
    const look = () => (this.#hasHeard ? this.settled(then) : then());
    setImmediate(() => setImmediate(look));
  }
}
