import { messageOf } from "../../sdk/base/message-of.ts";
import type { Appender } from "../datastore/storage.ts";

export interface AttemptLinesOptions {
  /** Called with the first line. */
  open(): Appender;
  /** Completes "warning: … is not stored from here on". */
  readonly what: string;
  /** Stores what waits; called when the step ends its process. */
  leaving(): void;
}

// Kept from before the flow is loaded: a step may replace them.
const listen = process.on.bind(process);
const unlisten = process.off.bind(process);

/** The file of what an attempt tells beside its result. A step's work does not fail for it: a fault is a warning, once. */
export class AttemptLines {
  readonly #options: AttemptLinesOptions;
  #appender: Appender | null = null;
  #isBroken = false;
  readonly #exit = () => {
    this.#options.leaving();
    this.#try(() => this.#appender?.flush());
  };

  constructor(options: AttemptLinesOptions) {
    this.#options = options;
    listen("exit", this.#exit);
  }

  get areThere(): boolean {
    return this.#appender !== null;
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  append(line: string): void {
    if (this.#isBroken) return;
    this.#try(() => {
      this.#appender ??= this.#options.open();
      const stored = this.#appender.append(line);
      if (stored !== undefined) stored.catch((error: unknown) => this.broken(error));
    });
  }

  /** All is stored when this returns: in a container the process is ended as soon as the outcome is told. */
  close(): void {
    unlisten("exit", this.#exit);
    this.#try(() => {
      this.#appender?.flush();
      this.#appender?.close();
    });
  }

  broken(error: unknown): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    process.stderr.write(`warning: ${this.#options.what} is not stored from here on: ${messageOf(error)}\n`);
  }

  #try(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.broken(error);
    }
  }
}
