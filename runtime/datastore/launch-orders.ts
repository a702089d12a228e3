import os from "node:os";
import process from "node:process";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { type LaunchClaim, type LaunchOrder, parseLaunchClaim, parseLaunchOrder } from "./kinds/launch-order.ts";
import { RECORD_FORMAT } from "./records.ts";
import { launchOrderKey, type RunPlace, schedulerKey } from "./run-keys.ts";
import type { Storage } from "./storage.ts";

/** Writes, takes and reads the order by which a run that has begun gets its scheduler. */
export class LaunchOrders {
  readonly #storage: Storage;
  readonly #place: RunPlace;

  constructor(storage: Storage, of: RunPlace) {
    this.#storage = storage;
    this.#place = of;
  }

  write(order: Omit<LaunchOrder, "format">): void {
    this.#storage.write(launchOrderKey(this.#place), [encoded({ format: RECORD_FORMAT, ...order })]);
  }

  /** The same, unless there is one. */
  offer(order: Omit<LaunchOrder, "format">): void {
    this.#storage.create(launchOrderKey(this.#place), [encoded({ format: RECORD_FORMAT, ...order })]);
  }

  /**
   * Makes this process the run's scheduler. A service that starts a job again has it come here twice: then the second one
   * does nothing.
   * @param host - whose processes readers may look for by their number
   * @throws MillraceError where there is no order, or another process took it
   */
  take(host = os.hostname()): LaunchOrder {
    const { flow, run } = this.#place;
    const key = launchOrderKey(this.#place);
    const bytes = this.#storage.read(key);
    if (bytes === null)
      throw new MillraceError({
        code: "MILLRACE_UNKNOWN_RUN",
        headline: `Cannot schedule ${flow}/${run} because it was not started with --detach: there is no ${key}`,
        hint: `continue it with the command resume, if it has stopped`,
      });
    const order = parseLaunchOrder(Buffer.from(bytes).toString(), key);
    if (!this.#claim(host))
      throw new MillraceError({
        code: "MILLRACE_STILL_RUNNING",
        headline: `Cannot schedule ${flow}/${run} because another process has already become its scheduler`,
        hint: `status ${run} says how it goes; if that process is gone, continue with resume`,
      });
    return order;
  }

  /**
   * From now on no process becomes the run's scheduler.
   * @returns the one that has become it already; null where there is none
   */
  withdraw(): LaunchClaim | null {
    if (this.#claim(os.hostname())) return null;
    const key = schedulerKey(this.#place);
    const bytes = this.#storage.read(key);
    return bytes === null ? null : parseLaunchClaim(Buffer.from(bytes).toString(), key);
  }

  #claim(host: string): boolean {
    const claim: LaunchClaim = { format: RECORD_FORMAT, host, pid: process.pid, time: Date.now() };
    return this.#storage.create(schedulerKey(this.#place), [encoded(claim)]);
  }
}

function encoded(record: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(record)}\n`);
}
