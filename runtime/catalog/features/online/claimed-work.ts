import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type FeatureWork,
  featureWorkFolder,
  featureWorkKey,
  parseFeatureWork,
} from "../../../datastore/kinds/feature-work.ts";
import { numbersIn } from "../../../datastore/numbers-in.ts";
import { thisMachine } from "../../../datastore/reader/is-alive.ts";
import { RECORD_FORMAT } from "../../../datastore/records.ts";
import type { Storage } from "../../../datastore/storage.ts";

/** After so long without a word a process of another machine counts as gone. */
const SILENT_MS = 5 * 60_000;
const RENEW_MS = 10_000;
const LOOK_AGAIN_MS = { disk: 50, bucket: 1000 } as const;

export interface WorkOf {
  readonly storage: Storage;
  readonly view: string;
  /** Called once where another process is at it. */
  waits(by: { readonly host: string; readonly pid: number }): void;
}

/**
 * The right to materialize a view, which one process has at a time: others would only compute the same once more. What is
 * written is whole and correct without it.
 */
export class ClaimedWork {
  readonly #of: WorkOf;
  readonly #number: number;
  #record: FeatureWork;

  constructor(of: WorkOf, { number, record }: { readonly number: number; readonly record: FeatureWork }) {
    this.#of = of;
    this.#number = number;
    this.#record = record;
  }

  /** Waits while another process has it. */
  static async claim(of: WorkOf): Promise<ClaimedWork> {
    const { storage, view } = of;
    for (let hasTold = false; ;) {
      const last = latest(of);
      if (last !== null && isAtWork(last.record)) {
        if (!hasTold) of.waits(last.record);
        hasTold = true;
        await sleep(storage.isRemote ? LOOK_AGAIN_MS.bucket : LOOK_AGAIN_MS.disk);
        continue;
      }
      const number = (last?.number ?? 0) + 1;
      const id = randomBytes(8).toString("hex");
      const { host } = thisMachine;
      const record: FeatureWork = {
        ...{ format: RECORD_FORMAT, view, id, host, pid: process.pid },
        ...{ renewedAt: Date.now(), endedAt: null },
      };
      if (!storage.create(featureWorkKey(view, number), [encoded(record)])) continue;
      if (last !== null) storage.remove([featureWorkKey(view, last.number)]);
      return new ClaimedWork(of, { number, record });
    }
  }

  /** Called now and then. */
  renew(): void {
    if (Date.now() - this.#record.renewedAt >= RENEW_MS) this.#write({ renewedAt: Date.now() });
  }

  end(): void {
    this.#write({ endedAt: Date.now() });
  }

  #write(change: Partial<FeatureWork>): void {
    const key = featureWorkKey(this.#of.view, this.#number);
    // Another one has taken it over.
    if (!this.#of.storage.has(key)) return;
    this.#record = { ...this.#record, ...change };
    this.#of.storage.write(key, [encoded(this.#record)]);
  }
}

function latest({ storage, view }: WorkOf): { readonly number: number; readonly record: FeatureWork | null } | null {
  const number = numbersIn(storage.list(featureWorkFolder(view)), (one) => featureWorkKey(view, one)).at(-1);
  if (number === undefined) return null;
  const bytes = storage.read(featureWorkKey(view, number));
  try {
    return { number, record: bytes === null ? null : parseFeatureWork(Buffer.from(bytes).toString(), "") };
  } catch {
    // Damaged: nobody can tell who had it, so the next one may begin.
    return { number, record: null };
  }
}

function isAtWork(record: FeatureWork | null): record is FeatureWork {
  if (record === null || record.endedAt !== null) return false;
  if (record.host === thisMachine.host && !thisMachine.hasProcess(record.pid)) return false;
  return Date.now() - record.renewedAt < SILENT_MS;
}

function encoded(record: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(record)}\n`);
}
