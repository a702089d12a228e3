import { setTimeout as pause } from "node:timers/promises";
import { hasCode } from "../../../sdk/base/millrace-error.ts";
import { parsePaper } from "../../datastore/kinds/job.ts";
import { jobsFolder } from "../../datastore/run-keys.ts";
import type { Storage } from "../../datastore/storage.ts";
import type { StopReason } from "../../task/stop-reason.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";
import type { JobRef } from "./job-service.ts";

const FIRST_WAIT_MS = 50;
const SLOWEST_WAIT_MS = 1000;

/** How a task went, written by its container when nothing more follows. */
export interface JobOutcome {
  readonly format: 1;
  readonly outcome: TaskOutcome;
}

type Place = Pick<JobRef, "index"> & { readonly group: Pick<JobRef["group"], "run" | "name"> };

/** What a scheduler and the containers that it started tell each other, in the datastore. */
export class JobPapers {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  writeOutcome(job: Place, outcome: TaskOutcome): void {
    this.#storage.write(outcomeKey(job), [encoded({ format: 1, outcome } satisfies JobOutcome)]);
  }

  /**
   * Null where the container died before it could tell, or told what no container of ours writes.
   * @param withinMs - how long it may take to be seen here
   */
  async outcome(job: Place, withinMs = 0): Promise<TaskOutcome | null> {
    const key = outcomeKey(job);
    const until = performance.now() + withinMs;
    let bytes = await this.#storage.readSoon(key);
    for (let waitMs = FIRST_WAIT_MS; bytes === null && performance.now() < until; waitMs *= 2) {
      await pause(Math.min(waitMs, SLOWEST_WAIT_MS));
      bytes = await this.#storage.readSoon(key);
    }
    const paper = sound(bytes, { key, is: "outcome" });
    return paper === null ? null : (paper as JobOutcome).outcome;
  }

  /** Before the job is told to stop: it looks here for the reason. */
  async writeStop(job: Place, reason: StopReason & { readonly task?: number }): Promise<void> {
    await this.#storage.writeSoon(stopKey(job), [encoded(reason)]);
  }

  /** `task`: the one that is to end; missing in what older versions wrote. */
  stopReason(job: Place): (StopReason & { readonly task?: number }) | null {
    return sound(this.#storage.read(stopKey(job)), { key: stopKey(job), is: "stop" }) as ReturnType<
      JobPapers["stopReason"]
    >;
  }
}

/** A step can write to the datastore as its container does: what it leaves there concerns its own task, not the run. */
function sound(bytes: Uint8Array | null, of: Parameters<typeof parsePaper>[1]): unknown {
  if (bytes === null) return null;
  try {
    return parsePaper(Buffer.from(bytes).toString(), of);
  } catch (error) {
    if (hasCode(error, "MILLRACE_DAMAGED_RECORD")) return null;
    throw error;
  }
}

function outcomeKey({ group, index }: Place): string {
  return `${jobsFolder(group.run, group.name)}/outcome-${index}.json`;
}

function stopKey({ group, index }: Place): string {
  return `${jobsFolder(group.run, group.name)}/stop-${index}.json`;
}

function encoded(record: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(record)}\n`);
}
