import { randomBytes } from "node:crypto";
import { setImmediate as soon, setTimeout as after } from "node:timers/promises";
import type { Datastore } from "../datastore/datastore.ts";
import { type RequestBlock, requestsFolder } from "../datastore/kinds/requests.ts";
import { RECORD_FORMAT } from "../datastore/records.ts";
import { requestColumns, type StoredRequest } from "../datastore/request-columns.ts";
import type { Appender } from "../datastore/storage.ts";
import { HeldRequests, sizeOf } from "./held-requests.ts";
import { keptRequest } from "./kept-request.ts";
import { RequestCounts } from "./request-counts.ts";
import { segmentName } from "./segment-name.ts";
import type { RequestFacts, RequestJson, RequestRows, ServedRequest } from "./served-request.ts";

export interface RequestLogOptions {
  readonly store: Datastore;
  /** Name of the model. */
  readonly model: string;
  /** What the server is called, for people. */
  readonly server: string;
  /** The share of the requests to keep, from 0 to 1. All are counted. */
  readonly sample: number;
  /** Of a version that nobody was answered by; which of its rows are kept is said with each request. */
  readonly role?: "shadow";
}

/** More would make one line long to write, and the event loop wait for it. */
const BLOCK_REQUESTS = 500;
const BLOCK_ROWS = 5_000;
/** Beyond this much in memory, requests are dropped and counted. */
const MAX_REQUESTS = 8_000;
const MAX_ROWS = 80_000;
const MAX_BYTES = 64 * 1024 * 1024;
const BLOCK_BYTES = 8 * 1024 * 1024;
/** So much is made into a line at once, before requests have their turn. */
const SLICE_REQUESTS = 50;
const SLICE_CHARS = 256 * 1024;
/** In one line; a reader inflates it whole. */
const MAX_BLOCK_CHARS = 64 * 1024 * 1024;
const MAX_SEGMENT_BYTES = 16 * 1024 * 1024;
const HOUR_MS = 3_600_000;
const FLUSH_MS = { local: 1_000, remote: 5_000 };

/**
 * Keeps a sample of a server's requests in the datastore, and counts all of them. `add` only takes a note; lines of some
 * seconds are written behind it, each to the end of an object of this server and hour. A process that is killed loses those
 * seconds, one that calls `close` nothing.
 */
export class RequestLog {
  readonly #options: RequestLogOptions;
  readonly #timer: NodeJS.Timeout;
  #pending = new HeldRequests(BLOCK_REQUESTS);
  #pendingSize: Size = { requests: 0, rows: 0, bytes: 0 };
  #counts = new RequestCounts();
  /** What is being written, or waits for that. */
  #writing: Size = { requests: 0, rows: 0, bytes: 0 };
  #blocks = 0;
  /** What could not be stored, by hour: told once the store takes something again. */
  readonly #owed = new Map<number, RequestCounts>();
  #work: Promise<void> = Promise.resolve();
  #segment: { readonly appender: Appender; readonly hour: number; bytes: number } | null = null;

  constructor(options: RequestLogOptions) {
    this.#options = options;
    const every = options.store.storage.isRemote ? FLUSH_MS.remote : FLUSH_MS.local;
    // While the store takes its time, what comes goes into one block, and not into one more each time.
    this.#timer = setInterval(() => this.#blocks === 0 && this.#flush(), every).unref();
  }

  /**
   * Takes a microsecond, and never fails.
   *
   * @param rowsOf - asked for the rows of those that are kept, as JSON, of which a copy is taken; null keeps none
   * @returns whether the request is kept
   */
  add(request: ServedRequest): boolean;
  add(request: RequestFacts, rowsOf: () => RequestJson | null): boolean;
  add(asked: RequestFacts & Partial<RequestRows>, rowsOf?: () => RequestJson | null): boolean {
    // Readers find a block by its hour, so it has no second one.
    if (hourOf(asked.at) > hourOf(this.#counts.from)) this.#flush();
    this.#counts.add(asked);
    const { sample, role } = this.#options;
    if (role === undefined && sample < 1 && Math.random() >= sample) return false;
    // Not before: most are only counted.
    const kept = rowsOf === undefined ? { input: null, output: null, ...asked } : rowsOf();
    if (kept === null) return false;
    const size = sizeOf(kept, asked.rows);
    const held = plus(plus(this.#pendingSize, this.#writing), size);
    if (held.requests > MAX_REQUESTS || held.rows > MAX_ROWS || held.bytes > MAX_BYTES) {
      this.#counts.dropped += 1;
      return false;
    }
    this.#pending.add(asked, kept);
    this.#pendingSize = plus(this.#pendingSize, size);
    const { requests, rows, bytes } = this.#pendingSize;
    if (requests >= BLOCK_REQUESTS || rows >= BLOCK_ROWS || bytes >= BLOCK_BYTES) this.#flush();
    return true;
  }

  /** False while something waits to be stored. */
  get isIdle(): boolean {
    return this.#pending.length === 0 && this.#writing.requests === 0;
  }

  /**
   * Stores what is left. What cannot be stored is given up: a log does not keep a server from ending.
   * @param limitMs - so long a store that does not answer is waited for
   * @returns false where that was not enough: the store has not answered yet
   */
  async close(limitMs: number): Promise<boolean> {
    clearInterval(this.#timer);
    this.#flush();
    const late = new AbortController();
    const stored = this.#work.then(async () => {
      await this.#storeOwed();
      this.#endSegment();
      return true;
    });
    const isStored = await Promise.race([stored, after(limitMs, false, { signal: late.signal })]);
    late.abort();
    return isStored;
  }

  #flush(): void {
    if (this.#counts.isEmpty) return;
    const requests = this.#pending;
    const size = this.#pendingSize;
    const counts = this.#counts;
    this.#pending = new HeldRequests(BLOCK_REQUESTS);
    this.#pendingSize = { requests: 0, rows: 0, bytes: 0 };
    this.#counts = new RequestCounts();
    this.#writing = plus(this.#writing, size);
    this.#blocks += 1;
    this.#work = this.#work.then(async () => {
      const isStored = await this.#store(requests, counts);
      this.#writing = plus(this.#writing, size, -1);
      this.#blocks -= 1;
      if (isStored) await this.#storeOwed();
    });
  }

  /** False where the store does not take it: the next block begins another object. */
  async #store(requests: HeldRequests, counts: RequestCounts): Promise<boolean> {
    let told = counts;
    let stored = 0;
    try {
      for await (const some of parts(requests)) {
        const line = await this.#lineOf(some, told);
        await this.#segmentFor(counts.from, line.byteLength).append(line);
        stored += some.length;
        // All were counted with the first ones.
        told = counts.without();
      }
      return true;
    } catch {
      this.#endSegment();
      // What was counted is told later at least; what was kept is dropped.
      this.#owe(told, requests.length - stored);
      return false;
    }
  }

  async #lineOf(requests: readonly StoredRequest[], counts: RequestCounts): Promise<Buffer> {
    const { model, server, sample, role } = this.#options;
    const block: RequestBlock = {
      ...{ format: RECORD_FORMAT, model, server, sample, ...counts.summary(), count: requests.length },
      ...(role === undefined ? {} : { role }),
      data: await requestColumns(requests),
    };
    return Buffer.from(`${JSON.stringify(block)}\n`);
  }

  #owe(counts: RequestCounts, dropped: number): void {
    const hour = hourOf(counts.from);
    const owed = this.#owed.get(hour) ?? new RequestCounts();
    owed.takeBack(counts, dropped);
    this.#owed.set(hour, owed);
  }

  /** Each hour in an object of its own: readers find what was asked in a time by the object's name. */
  async #storeOwed(): Promise<void> {
    for (const [hour, counts] of this.#owed) {
      let appender: Appender | null = null;
      try {
        appender = this.#appender(counts.from);
        await appender.append(await this.#lineOf([], counts));
        this.#owed.delete(hour);
      } catch {
        return;
      } finally {
        closed(appender);
      }
    }
  }

  #segmentFor(from: number, bytes: number): Appender {
    const hour = hourOf(from);
    const { storage } = this.#options.store;
    const most = Math.min(MAX_SEGMENT_BYTES, storage.segmentBytes);
    const there = this.#segment;
    if (there !== null && there.hour === hour && there.bytes < most) {
      there.bytes += bytes;
      return there.appender;
    }
    this.#endSegment();
    const appender = this.#appender(from);
    this.#segment = { appender, hour, bytes };
    return appender;
  }

  #appender(from: number): Appender {
    const { model, store } = this.#options;
    const name = segmentName(from, randomBytes(4).toString("hex"));
    return store.storage.append(`${requestsFolder(model)}/${name}`, { isPrivate: true });
  }

  #endSegment(): void {
    closed(this.#segment?.appender ?? null);
    this.#segment = null;
  }
}

function closed(appender: Appender | null): void {
  try {
    appender?.close();
  } catch {
    // What was appended is stored already, and the next block goes to another object.
  }
}

function hourOf(time: number): number {
  return Math.floor(time / HOUR_MS);
}

/** How much of something waits. */
interface Size {
  readonly requests: number;
  readonly rows: number;
  readonly bytes: number;
}

function plus(one: Size, other: Size, sign = 1): Size {
  return {
    requests: one.requests + sign * other.requests,
    rows: one.rows + sign * other.rows,
    bytes: one.bytes + sign * other.bytes,
  };
}

/** What is kept of requests, in blocks that are not too large to read; at least one, for what is counted. */
async function* parts(requests: HeldRequests): AsyncGenerator<readonly StoredRequest[]> {
  let some: StoredRequest[] = [];
  let [size, slice] = [0, { requests: 0, chars: 0 }];
  for (let at = 0; at < requests.length; at += 1) {
    const request = keptRequest(requests.at(at));
    const chars = (request.input?.length ?? 0) + (request.output?.length ?? 0);
    if (some.length > 0 && size + chars > MAX_BLOCK_CHARS) {
      yield some;
      [some, size] = [[], 0];
    }
    some.push(request);
    size += chars;
    slice = { requests: slice.requests + 1, chars: slice.chars + chars };
    if (slice.requests < SLICE_REQUESTS && slice.chars < SLICE_CHARS) continue;
    slice = { requests: 0, chars: 0 };
    await soon();
  }
  yield some;
}
