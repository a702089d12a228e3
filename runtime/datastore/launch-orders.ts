import os from "node:os";
import process from "node:process";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { type LaunchClaim, type LaunchOrder, parseLaunchClaim, parseLaunchOrder } from "./kinds/launch-order.ts";
import { numbersIn } from "./numbers-in.ts";
import { RECORD_FORMAT } from "./records.ts";
import { launchOrderKey, runFolder, type RunPlace, schedulerKey } from "./run-keys.ts";
import type { Storage } from "./storage.ts";

/** The latest process that became a run's scheduler, and as which one. */
export interface NumberedClaim {
  /** From 1. */
  readonly number: number;
  readonly claim: LaunchClaim;
}

/** Writes, takes and reads the order by which a run that has begun gets its scheduler, and who that became. */
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

  /** @throws MillraceError where there is none */
  read(): LaunchOrder {
    const { flow, run } = this.#place;
    const key = launchOrderKey(this.#place);
    const bytes = this.#storage.read(key);
    if (bytes !== null) return parseLaunchOrder(Buffer.from(bytes).toString(), key);
    throw new MillraceError({
      code: "MILLRACE_UNKNOWN_RUN",
      headline: `Cannot schedule ${flow}/${run} because neither --detach nor a deployment started it: there is no ${key}`,
      hint: `continue it with the command resume, if it has stopped`,
    });
  }

  /**
   * Makes this process the run's scheduler, as the `number`th one.
   * @param of - `host`: whose processes readers may look for by their number
   * @returns false where another process has become that one
   */
  claim({ number, host = os.hostname() }: { readonly number: number; readonly host?: string }): boolean {
    const claim: LaunchClaim = { format: RECORD_FORMAT, host, pid: process.pid, time: Date.now() };
    return this.#storage.create(schedulerKey(this.#place, number), [encoded(claim)]);
  }

  /** Takes this process's own claim back: the scheduler before it is not gone after all. */
  giveUp(number: number): void {
    this.#storage.remove([schedulerKey(this.#place, number)]);
  }

  /**
   * Who became the run's scheduler last.
   * @param from - those before this number are not asked for
   * @returns null while there is none
   */
  latest(from = 1): NumberedClaim | null {
    const further = numbersIn(this.#storage.list(runFolder(this.#place)), (number) =>
      schedulerKey(this.#place, number),
    );
    for (const number of [...further.reverse(), 1]) {
      if (number < from) return null;
      const claim = this.#read(number);
      if (claim !== null) return { number, claim };
    }
    return null;
  }

  /**
   * From now on no process becomes the run's first scheduler.
   * @returns the one that has become it already; null where there is none
   */
  withdraw(): LaunchClaim | null {
    return this.claim({ number: 1 }) ? null : this.#read(1);
  }

  #read(number: number): LaunchClaim | null {
    const key = schedulerKey(this.#place, number);
    const bytes = this.#storage.read(key);
    return bytes === null ? null : parseLaunchClaim(Buffer.from(bytes).toString(), key);
  }
}

function encoded(record: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(record)}\n`);
}
