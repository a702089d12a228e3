import os from "node:os";
import { largest } from "../../../sdk/base/largest.ts";
import { thisMachine } from "../../datastore/reader/is-alive.ts";
import { readRunHeader } from "../../datastore/reader/read-run.ts";
import type { RunHeader } from "../../datastore/reader/run-summary.ts";
import type { Drivers } from "./drivers.ts";
import type { OpenFires, OpenRun } from "./open-fires.ts";
import type { SchedulerContext } from "./scheduler-context.ts";

/** How it stands with the process of an open run. `isAdopted`: a scheduler of this machine started it that is gone. */
export type StartedState =
  | { readonly is: "waiting" }
  | { readonly is: "running"; readonly isAdopted: boolean }
  /** The header is null where nobody starts its process once more. */
  | { readonly is: "ended"; readonly header: RunHeader | null };

/** Where somebody else watches the process, or nobody does. */
const LOOK_MS = 2_000;
const REMOTE_LOOK_MS = 30_000;
/** In this time a process that was started has begun to drive its run. */
const DRIVES_WITHIN_MS = 20_000;
/** A process that always dies is not started for ever. */
const MAX_STARTS = 12;
const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 300_000;

const RUNNING = { is: "running", isAdopted: false } as const;

/** Watches the runs whose processes were started, here or elsewhere, and finds those that died. */
export class StartedRuns {
  readonly #context: SchedulerContext;
  readonly #drivers: Drivers;
  readonly #fires: OpenFires;
  /** When each is looked at again. */
  readonly #nextLook = new Map<string, number>();
  /** Which of its starts was found dead last, and when. */
  readonly #deaths = new Map<string, { readonly number: number; readonly at: number }>();
  /** Keys of those that are known to have ended. */
  readonly #over = new Set<string>();
  /** Keys by flow and run. */
  #keys: ReadonlyMap<string, string> = new Map();

  constructor(context: SchedulerContext, of: { readonly drivers: Drivers; readonly fires: OpenFires }) {
    this.#context = context;
    this.#drivers = of.drivers;
    this.#fires = of.fires;
  }

  /** Takes in which runs are open. Whoever concluded the others, they are forgotten. */
  see(open: readonly OpenRun[]): void {
    this.#keys = new Map(open.map(({ flow, run, key }) => [`${flow}/${run}`, key]));
    const there = new Set(this.#keys.values());
    for (const of of [this.#nextLook, this.#deaths, this.#over])
      for (const key of of.keys()) if (!there.has(key)) of.delete(key);
  }

  look(run: OpenRun, now: number): StartedState {
    const last = this.#fires.lastStart(run, now);
    const isOver = this.isOver(run);
    if (last === null) return isOver ? this.#stopped(run) : { is: "waiting" };
    if (this.#drivers.has(run.key)) return RUNNING;
    const { start, seenAt, number } = last;
    const isMine = start.scheduler === this.#context.id;
    const isHere = start.host === os.hostname();
    const isAdopted = isHere && !isMine && !thisMachine.hasProcess(start.pid);
    if (this.#deaths.get(run.key)?.number === number) return this.#afterDeath(number);
    if (!isOver && !isMine && now < (this.#nextLook.get(run.key) ?? 0)) return { is: "running", isAdopted };
    const isFar = this.#context.store.storage.isRemote && !isAdopted;
    this.#nextLook.set(run.key, now + (isFar ? REMOTE_LOOK_MS : LOOK_MS));
    const header = readRunHeader(this.#context.store, run);
    if (hasEnded(header)) return { is: "ended", header };
    const { status } = header;
    const isYoung = now - seenAt < DRIVES_WITHIN_MS;
    // One that was started a moment ago has not said so yet; what this scheduler started has ended.
    const isDead = status === "stale" ? isMine || !isYoung || isAdopted : status === "pending" && (isMine || !isYoung);
    if (!isDead) return { is: "running", isAdopted };
    this.#deaths.set(run.key, { number, at: now });
    return this.#afterDeath(number);
  }

  /** False while it is too soon to start a process once more that died several times. */
  mayStart(run: OpenRun, now: number): boolean {
    const number = Math.max(0, largest(run.starts));
    if (number < 2) return true;
    const death = this.#deaths.get(run.key);
    const diedAt = death?.number === number ? death.at : now;
    return now - diedAt >= Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (number - 2));
  }

  /** It is known to have ended, and is concluded soon. */
  isOver({ key }: OpenRun): boolean {
    return this.#over.has(key);
  }

  /** The run is known to have ended; one that is not open is nothing to remember. */
  ended(flow: string, run: string): void {
    const key = this.#keys.get(`${flow}/${run}`);
    if (key !== undefined) this.#over.add(key);
  }

  #afterDeath(number: number): StartedState {
    return number >= MAX_STARTS ? { is: "ended", header: null } : { is: "waiting" };
  }

  /** It ended before anything started it. */
  #stopped(run: OpenRun): StartedState {
    const header = readRunHeader(this.#context.store, run);
    return hasEnded(header) ? { is: "ended", header } : { is: "waiting" };
  }
}

export function hasEnded({ status }: RunHeader): boolean {
  return status === "succeeded" || status === "failed";
}
