import { randomBytes } from "node:crypto";
import type { Datastore } from "../datastore/datastore.ts";
import { type RequestBlock, requestsFolder } from "../datastore/kinds/requests.ts";
import { RECORD_FORMAT } from "../datastore/records.ts";
import { requestColumns } from "../datastore/request-columns.ts";
import type { Appender } from "../datastore/storage.ts";
import { keptRequest } from "./kept-request.ts";
import { RequestCounts } from "./request-counts.ts";
import { segmentName } from "./segment-name.ts";
import type { RequestFacts, RequestRows, ServedRequest } from "./served-request.ts";

export interface RequestLogOptions {
  readonly store: Datastore;
  /** Name of the model. */
  readonly model: string;
  /** What the server is called, for people. */
  readonly server: string;
  /** The share of the requests to keep, from 0 to 1. All are counted. */
  readonly sample: number;
}

/** More would make one line long to write, and the event loop wait for it. */
const BLOCK_REQUESTS = 500;
const BLOCK_ROWS = 5_000;
/** Beyond this much in memory, requests are dropped and counted. */
const MAX_REQUESTS = 8_000;
const MAX_ROWS = 80_000;
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
  #pending: ServedRequest[] = [];
  #pendingRows = 0;
  #counts = new RequestCounts();
  /** Requests and rows that are being written. */
  #writing = { requests: 0, rows: 0 };
  #work: Promise<void> = Promise.resolve();
  #segment: { readonly appender: Appender; readonly hour: number; bytes: number } | null = null;

  constructor(options: RequestLogOptions) {
    this.#options = options;
    const every = options.store.storage.isRemote ? FLUSH_MS.remote : FLUSH_MS.local;
    this.#timer = setInterval(() => this.#flush(), every).unref();
  }

  /**
   * Takes microseconds, and never fails.
   *
   * @param rowsOf - asked for the rows of those that are kept
   */
  add(request: ServedRequest): void;
  add(request: RequestFacts, rowsOf: () => RequestRows): void;
  add(facts: RequestFacts & Partial<RequestRows>, rowsOf?: () => RequestRows): void {
    this.#counts.add(facts);
    const { sample } = this.#options;
    if (sample < 1 && Math.random() >= sample) return;
    const { input = null, output = null } = rowsOf?.() ?? facts;
    const request: ServedRequest = { ...facts, input, output };
    const rows = Math.max(input?.length ?? 0, output?.length ?? 0);
    const { requests: writing, rows: writingRows } = this.#writing;
    const isFull = this.#pending.length + writing >= MAX_REQUESTS || this.#pendingRows + writingRows + rows > MAX_ROWS;
    if (isFull) {
      this.#counts.dropped += 1;
      return;
    }
    this.#pending.push(request);
    this.#pendingRows += rows;
    if (this.#pending.length >= BLOCK_REQUESTS || this.#pendingRows >= BLOCK_ROWS) this.#flush();
  }

  /** False while something waits to be stored. */
  get isIdle(): boolean {
    return this.#pending.length === 0 && this.#writing.requests === 0;
  }

  /** Stores what is left. What cannot be stored is given up: a log does not keep a server from ending. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#flush();
    await this.#work;
    this.#endSegment();
  }

  #flush(): void {
    if (this.#counts.isEmpty) return;
    const requests = this.#pending;
    const rows = this.#pendingRows;
    const counts = this.#counts;
    this.#pending = [];
    this.#pendingRows = 0;
    this.#counts = new RequestCounts();
    this.#writing.requests += requests.length;
    this.#writing.rows += rows;
    this.#work = this.#work.then(async () => {
      const isStored = await this.#store(requests, counts);
      this.#writing.requests -= requests.length;
      this.#writing.rows -= rows;
      // What was counted is told later at least; what was kept is dropped.
      if (!isStored) this.#counts.takeBack(counts, requests.length);
    });
  }

  /** False where the store does not take it: the next block begins another object. */
  async #store(requests: readonly ServedRequest[], counts: RequestCounts): Promise<boolean> {
    try {
      const { model, server, sample } = this.#options;
      const block: RequestBlock = {
        ...{ format: RECORD_FORMAT, model, server, sample, ...counts.summary(), count: requests.length },
        data: await requestColumns(requests.map(keptRequest)),
      };
      const line = Buffer.from(`${JSON.stringify(block)}\n`);
      await this.#segmentFor(block.from, line.byteLength).append(line);
      return true;
    } catch {
      this.#endSegment();
      return false;
    }
  }

  #segmentFor(from: number, bytes: number): Appender {
    const hour = Math.floor(from / HOUR_MS);
    const { storage } = this.#options.store;
    const most = Math.min(MAX_SEGMENT_BYTES, storage.segmentBytes);
    const there = this.#segment;
    if (there !== null && there.hour === hour && there.bytes < most) {
      there.bytes += bytes;
      return there.appender;
    }
    this.#endSegment();
    const { model } = this.#options;
    const name = segmentName(from, randomBytes(4).toString("hex"));
    const appender = storage.append(`${requestsFolder(model)}/${name}`, { isPrivate: true });
    this.#segment = { appender, hour, bytes };
    return appender;
  }

  #endSegment(): void {
    this.#segment?.appender.close();
    this.#segment = null;
  }
}
