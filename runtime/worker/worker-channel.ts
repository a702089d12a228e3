import { Socket } from "node:net";
import { identityOf } from "../datastore/local/identity-of.ts";
import { writeFully } from "../datastore/local/file-writer.ts";
import { lineReader } from "../task/line-reader.ts";
import { COMMANDS, REPORTS, type WorkerCommand, type WorkerReport } from "../task/worker-command.ts";

// Kept from before the flow is loaded: a step may replace it for good.
const { parse, stringify } = JSON;

export interface WorkerChannelOptions {
  onCommand(command: WorkerCommand): void;
  /** Commands come no more: the scheduler is gone, or a step closed what they come through. */
  onLost(): void;
}

/**
 * A worker's line to its scheduler: commands and reports, one JSON text a line, each way through a pipe of its own.
 * Node's own channel would do, but any step can take its listeners, disconnect it, or write what ends the reader.
 */
export class WorkerChannel {
  readonly #commands: Socket;
  /** Of the pipe for reports: a step may close it, and its number may then be another file's. */
  readonly #reports = identityOf(REPORTS);

  constructor({ onCommand, onLost }: WorkerChannelOptions) {
    this.#commands = new Socket({ fd: COMMANDS, readable: true, writable: false });
    const push = lineReader((line) => onCommand(parse(line) as WorkerCommand));
    this.#commands.setEncoding("utf8").on("data", push);
    this.#commands.on("error", () => undefined).on("close", onLost);
  }

  /** Returns when the reports are on their way, whatever happens to this process next. Says whether they are. */
  send(...reports: readonly WorkerReport[]): boolean {
    if (this.#reports === null || identityOf(REPORTS) !== this.#reports) return false;
    try {
      writeFully(REPORTS, Buffer.from(reports.map((report) => `${stringify(report)}\n`).join("")));
      return true;
    } catch {
      return false;
    }
  }

  /** Whether waiting for commands keeps the process alive. */
  keepAlive(isOn: boolean): void {
    if (isOn) this.#commands.ref();
    else this.#commands.unref();
  }
}
