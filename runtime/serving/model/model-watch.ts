import { Worker } from "node:worker_threads";
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

/** Tells when a reference means another version, and writes the server's sign of life. */
export class ModelWatch {
  readonly #thread: Worker;

  constructor(options: WatchOptions, onReport: (report: WatchReport) => void) {
    this.#thread = new Worker(ownFile("model-watch.js"), { workerData: options, execArgv: [] });
    this.#thread.on("message", onReport);
    this.#thread.on("error", (error) => onReport({ type: "problem", text: error.message }));
    this.#thread.unref();
  }

  /** From now on the store says this of the server. */
  sign(sign: SignOfLife): void {
    this.#thread.postMessage({ type: "sign", sign } satisfies WatchCommand);
  }

  /** Says in the store that the server has ended. */
  async close(): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      this.#thread.on("message", ({ type }: WatchReport) => {
        if (type === "ended") resolve();
      });
      this.#thread.on("exit", () => resolve());
      setTimeout(resolve, END_MS).unref();
    });
    this.#thread.ref();
    this.#thread.postMessage({ type: "end" } satisfies WatchCommand);
    await ended;
    await this.#thread.terminate();
  }
}
