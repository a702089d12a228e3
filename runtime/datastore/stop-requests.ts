import { parseStop, type StopRequest } from "./kinds/stop.ts";
import { RECORD_FORMAT } from "./records.ts";
import { type RunPlace, stopKey } from "./run-keys.ts";
import type { Storage } from "./storage.ts";

/** Longer names are cut off in texts. */
const MAX_NAME = 100;

/** Reads and writes the one request to stop that a run can have. */
export class StopRequests {
  readonly #storage: Storage;
  readonly #key: string;

  constructor(storage: Storage, of: RunPlace) {
    this.#storage = storage;
    this.#key = stopKey(of);
  }

  /** Asks the run to stop. If it was asked before, the earlier request stands, and is returned. */
  ask(by: Pick<StopRequest, "username" | "host">): { readonly request: StopRequest; readonly isFirst: boolean } {
    const request: StopRequest = { format: RECORD_FORMAT, time: Date.now(), ...by };
    const isFirst = this.#storage.create(this.#key, [Buffer.from(`${JSON.stringify(request)}\n`)]);
    const bytes = isFirst ? null : this.#storage.read(this.#key);
    return { request: bytes === null ? request : this.#parsed(bytes), isFirst };
  }

  /** In the background where reading takes time; null while nobody asks. */
  look(): (StopRequest | null) | Promise<StopRequest | null> {
    const bytes = this.#storage.readSoon(this.#key);
    if (bytes instanceof Promise) return bytes.then((some) => (some === null ? null : this.#parsed(some)));
    return bytes === null ? null : this.#parsed(bytes);
  }

  #parsed(bytes: Uint8Array): StopRequest {
    return parseStop(Buffer.from(bytes).toString(), this.#key);
  }
}

/** Why a run ended that was asked to: `stopped by ada on vm`. */
export function stopReasonText({ username, host }: Pick<StopRequest, "username" | "host">): string {
  return `stopped by ${username.slice(0, MAX_NAME)} on ${host.slice(0, MAX_NAME)}`;
}
