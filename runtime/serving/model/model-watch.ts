import { Worker } from "node:worker_threads";
import { messageOf } from "../../../sdk/base/message-of.ts";
import type { ModelServerRecord } from "../../datastore/kinds/model-server.ts";
import { ownFile } from "../../own-file.ts";
import type { ServedVersion } from "../pool/served-version.ts";

export interface WatchOptions {
  /** Folder or bucket. */
  readonly datastore: string;
  /** `churn@production` */
  readonly reference: string;
  readonly everyMs: number;
}

/** What a server says of itself. */
export type SignOfLife = Omit<ModelServerRecord, "format" | "time" | "endedAt">;

/** To the thread. */
export type WatchCommand = { readonly type: "sign"; readonly sign: SignOfLife } | { readonly type: "end" };

/** What the thread says, whenever it is something new. */
export type WatchReport =
  | { readonly type: "version"; readonly version: ServedVersion }
  /** The store cannot be read, or the version is gone. */
  | { readonly type: "problem"; readonly text: string }
  /** The last sign of life is written. */
  | { readonly type: "ended" };

/** So long the last sign of life may take. */
const END_MS = 5_000;

/** What Node says of a thread that has ended. */
const GONE = -1;
/** After so long another thread is started where one has ended. */
const AGAIN_MS = 5_000;

/** Tells when a reference means another version, and writes the server's sign of life. */
export class ModelWatch {
  readonly #options: WatchOptions;
  readonly #onReport: (report: WatchReport) => void;
  #thread: Worker;
  #sign: SignOfLife | null = null;
  #isClosing = false;

  constructor(options: WatchOptions, onReport: (report: WatchReport) => void) {
    this.#options = options;
    this.#onReport = onReport;
    this.#thread = this.#start();
  }

  /** From now on the store says this of the server. */
  sign(sign: SignOfLife): void {
    this.#sign = sign;
    this.#thread.postMessage({ type: "sign", sign } satisfies WatchCommand);
  }

  /** A store that cannot be opened now may be there later: another thread takes the place of one that ended. */
  #start(): Worker {
    const thread = new Worker(ownFile("model-watch.js"), { workerData: this.#options, execArgv: [] });
    thread.on("message", this.#onReport);
    thread.on("error", (error) => this.#onReport({ type: "problem", text: messageOf(error) }));
    thread.on("exit", () => {
      if (!this.#isClosing) setTimeout(() => this.#restart(), AGAIN_MS).unref();
    });
    thread.unref();
    return thread;
  }

  #restart(): void {
    if (this.#isClosing) return;
    this.#thread = this.#start();
    if (this.#sign !== null) this.sign(this.#sign);
  }

  /** Says in the store that the server has ended. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const ended = new Promise<void>((resolve) => {
      this.#thread.on("message", ({ type }: WatchReport) => {
        if (type === "ended") resolve();
      });
      this.#thread.on("exit", () => resolve());
      setTimeout(resolve, END_MS).unref();
    });
    if (this.#thread.threadId === GONE) return;
    this.#thread.ref();
    this.#thread.postMessage({ type: "end" } satisfies WatchCommand);
    await ended;
    await this.#thread.terminate();
  }
}
