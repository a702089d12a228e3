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
import { unlessDamaged } from "./feature-store.ts";

/** A process whose record stays as it is for so long, while another one looks, counts as gone. */
const SILENT_MS = 30_000;
const RENEW_MS = 5000;
const LOOK_AGAIN_MS = { disk: 50, bucket: 1000 } as const;

export interface WorkOf {
  readonly storage: Storage;
  readonly view: string;
  /** Called once where another process is at it. */
  waits(by: { readonly host: string; readonly pid: number }): void;
  /**
   * Milliseconds of a clock of this process that never goes back: clocks of several machines differ.
   * @defaultValue that of `performance`
   */
  now?(): number;
}

/**
 * The right to materialize a view, which one process has at a time: others would only compute the same once more. What is
 * written is whole and correct without it.
 */
export class ClaimedWork {
  readonly #of: WorkOf;
  readonly #number: number;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #record: FeatureWork;
  #renewedAt: number;

  constructor(of: WorkOf, { number, record }: { readonly number: number; readonly record: FeatureWork }) {
    this.#of = of;
    this.#number = number;
    this.#record = record;
    this.#now = () => nowOf(of);
    this.#renewedAt = this.#now();
    this.#timer = setInterval(() => this.#renewQuietly(), RENEW_MS).unref();
  }

  /** Waits while another process has it. */
  static async claim(of: WorkOf): Promise<ClaimedWork> {
    const { storage, view } = of;
    let seen = { text: "", at: 0 };
    for (let hasTold = false; ;) {
      const last = latest(of);
      const now = nowOf(of);
      if (last?.record != null && `${last.number} ${last.text}` !== seen.text)
        seen = { text: `${last.number} ${last.text}`, at: now };
      if (last !== null && now - seen.at < SILENT_MS && isAtWork(last.record)) {
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
    if (this.#now() - this.#renewedAt < RENEW_MS) return;
    this.#renewedAt = this.#now();
    // Others see by a change that it goes on, whatever this machine's clock does.
    this.#write({ renewedAt: Math.max(Date.now(), this.#record.renewedAt + 1) });
  }

  end(): void {
    clearInterval(this.#timer);
    this.#write({ endedAt: Date.now() });
  }

  /** Between two calls of `renew`, where nobody could take an error. */
  #renewQuietly(): void {
    try {
      this.renew();
    } catch {
      // The next one may be written; if none is, others take over.
    }
  }

  #write(change: Partial<FeatureWork>): void {
    const key = featureWorkKey(this.#of.view, this.#number);
    // Another one has taken it over.
    if (!this.#of.storage.has(key)) return;
    this.#record = { ...this.#record, ...change };
    this.#of.storage.write(key, [encoded(this.#record)]);
  }
}

function nowOf({ now }: WorkOf): number {
  return now?.() ?? performance.now();
}

interface SeenWork {
  readonly number: number;
  readonly record: FeatureWork | null;
  readonly text: string;
}

function latest({ storage, view }: WorkOf): SeenWork | null {
  const number = numbersIn(storage.list(featureWorkFolder(view)), (one) => featureWorkKey(view, one)).at(-1);
  if (number === undefined) return null;
  const bytes = storage.read(featureWorkKey(view, number));
  const text = bytes === null ? "" : Buffer.from(bytes).toString();
  // Damaged or gone: nobody can tell who had it, so the next one may begin.
  const { found: record } = unlessDamaged(() => (bytes === null ? null : parseFeatureWork(text, "")));
  return { number, record, text };
}

function isAtWork(record: FeatureWork | null): record is FeatureWork {
  if (record === null || record.endedAt !== null) return false;
  return record.host !== thisMachine.host || thisMachine.hasProcess(record.pid);
}

function encoded(record: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(record)}\n`);
}
