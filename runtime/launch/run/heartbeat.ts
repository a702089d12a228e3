import { setTimeout as sleep } from "node:timers/promises";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { RECORD_FORMAT } from "../../datastore/records.ts";
import type { RunRecord } from "../../datastore/run-record.ts";
import type { LaunchOrders } from "../../datastore/launch-orders.ts";
import type { RunPlace } from "../../datastore/run-keys.ts";
import { findSuccessor } from "../../datastore/reader/find-successor.ts";
import { MAY_BE_TAKEN_OVER_MS } from "../../datastore/reader/is-alive.ts";
import type { Datastore } from "../../datastore/datastore.ts";

/** How often a run says that it is alive; readers allow for a few missed beats. */
export const BEAT_MS = 10_000;
/** In this time a run that finds its origin awake has withdrawn. */
const WITHDRAWS_WITHIN_MS = 1_500;

/** Of a run that another one resumed while its own process slept. */
export const TAKEN_OVER = "MILLRACE_TAKEN_OVER";

export interface HeartbeatOptions {
  readonly record: RunRecord;
  /** Whose processes readers may look for by their number. */
  readonly host: string;
  /** Where a run that resumed this one would be; null for what is not resumed. */
  readonly store: Datastore | null;
  /** As which of its schedulers this process works on the run, where another one may go on with it. @defaultValue none may */
  readonly claim?: { readonly orders: LaunchOrders; readonly number: number } | undefined;
}

/** Says that a run is alive, until it is stopped. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: NodeJS.Timeout | undefined;
  #lastBeat = -Infinity;
  #isBeating = false;
  #looking: Promise<void> | null = null;
  #onError: (error: unknown) => void = () => undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** The first beat is there when this resolves. */
  async start(): Promise<void> {
    this.#refuseSuccessor();
    this.#lastBeat = Date.now();
    await this.#beat();
    this.#timer = setInterval(() => void this.#beat(), BEAT_MS);
  }

  /** @param onError - a beat cannot be written, or came too late: then the error's code is {@link TAKEN_OVER} */
  listen(onError: (error: unknown) => void): void {
    this.#onError = onError;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /**
   * To be called before the journal grows. After a gap, in which this process slept and another run may have resumed this
   * one, the promise resolves once it is sure that none has; it rejects otherwise. Calls meanwhile get the same promise.
   */
  check(): Promise<void> | null {
    const isLate = Date.now() - this.#lastBeat > MAY_BE_TAKEN_OVER_MS;
    if (isLate && this.#looking === null) {
      const looking = (this.#looking = this.lookForSuccessor());
      // Not sooner than all that waits for it has gone on: later writes must not overtake.
      looking.then(
        () => setImmediate(() => (this.#looking = null)),
        () => undefined,
      );
    }
    return this.#looking;
  }

  /**
   * Says that the run is alive, then looks for one that resumed it, and for another scheduler of it.
   * @throws MillraceError {@link TAKEN_OVER}
   */
  async lookForSuccessor(): Promise<void> {
    this.#refuseSuccessor();
    await this.#write();
    if (this.#successor() === null) return;
    // Both may have seen the other just now: then that one goes, and this one need not.
    await sleep(WITHDRAWS_WITHIN_MS);
    const successor = this.#successor();
    if (successor !== null) throw successor;
  }

  async #beat(): Promise<void> {
    // One that takes long is not joined by others.
    if (this.#isBeating) return;
    this.#isBeating = true;
    try {
      await (this.check() ?? this.#write());
    } catch (error) {
      this.#onError(error);
    } finally {
      this.#isBeating = false;
    }
  }

  /** Who is another scheduler of the run by now writes its heartbeat. */
  #refuseSuccessor(): void {
    const later = this.#laterScheduler();
    if (later !== null) throw later;
  }

  #successor(): MillraceError | null {
    const { store, record } = this.#options;
    const later = this.#laterScheduler();
    if (later !== null || store === null) return later;
    const run = findSuccessor(store, record);
    return run === null ? null : takenOver(record, `${record.flow}/${run} resumed it while this process slept`, run);
  }

  #laterScheduler(): MillraceError | null {
    const { claim, record } = this.#options;
    const later = claim?.orders.latest(claim.number + 1) ?? null;
    if (later === null) return null;
    const { pid, host } = later.claim;
    const why = `process ${pid} on ${host} went on with it while this process slept`;
    return takenOver(record, why, record.run);
  }

  async #write(): Promise<void> {
    const { record, host } = this.#options;
    const time = Date.now();
    // Written to a datastore that was removed, everything would be lost without a word.
    if (!record.isThere()) record.document();
    await record.writeHeartbeat({ format: RECORD_FORMAT, host, pid: process.pid, time });
    this.#lastBeat = time;
  }
}

/** @param run - the one that goes on */
export function takenOver({ flow, run: own }: RunPlace, why: string, run: string): MillraceError {
  return new MillraceError({
    code: TAKEN_OVER,
    headline: `Cannot go on with ${flow}/${own} because ${why}`,
    hint: `the work goes on there: see the command status ${run}`,
  });
}
