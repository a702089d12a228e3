import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Exchange } from "./exchange.ts";
import { type PlainHead, plainHead } from "./plain-head.ts";
import { QuickExchange } from "./quick-exchange.ts";
import { bytesOf, JSON_TYPE, ONE_WRITE_BYTES, type Reply } from "./reply.ts";

export interface QuickConnectionOptions {
  /** Of a body. */
  readonly maxBytes: number;
  /** Seconds without a request. */
  readonly keepAlive: number;
  /** Of a path that is asked for rows. */
  isQuick(path: string): boolean;
  isDraining(): boolean;
  answer(exchange: Exchange): void;
  /** Something else is asked: `node:http` reads from the connection what was not answered yet, and all that follows. */
  handOver(socket: Socket): void;
  /** It is gone. */
  onClose(): void;
}

const MAX_HEAD_BYTES = 8 * 1024;
const MAX_BODY_BYTES = 64 * 1024;
const MAX_PIECES = 8;
const START = "POST /";
const HEAD_END = "\r\n\r\n";
const BAD_REQUEST = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";

/**
 * A connection on which plain requests for rows come, one after the other. `node:http` takes as long for a request as all the
 * rest of the server; it gets the connection with the first one that is not plain, is large, or does not come whole in time.
 */
export class QuickConnection {
  readonly #socket: Socket;
  readonly #options: QuickConnectionOptions;
  /** What has come and is not answered. */
  #rest: Buffer | null = null;
  #current: QuickExchange | null = null;
  /** The head before, which clients mostly repeat. */
  #text = "";
  #head: PlainHead | null = null;
  #isTaking = false;
  #isFull = false;
  #hasAsked = false;
  /** Seconds that have begun since the last request. */
  #idle = 0;
  /** In how many pieces the next request has come so far. */
  #pieces = 0;

  constructor(socket: Socket, options: QuickConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on("data", this.#onData).on("end", this.#onEnd).on("close", this.#onClose);
    socket.on("error", ignore).on("drain", this.#onDrain);
  }

  get isIdle(): boolean {
    return this.#current === null;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Called each second. A client that is slow is for `node:http`, which knows how long to wait. */
  second(): void {
    if (this.#current !== null) return;
    this.#idle += 1;
    if (this.#idle >= 2 && (this.#rest !== null || !this.#hasAsked)) this.#handOver();
    else if (this.#idle > this.#options.keepAlive) this.#socket.destroy();
  }

  readonly #onData = (piece: Buffer): void => {
    if (this.#rest === null && this.#current === null) this.#idle = 0;
    this.#rest = this.#rest === null ? piece : Buffer.concat([this.#rest, piece]);
    this.#pieces += 1;
    this.#take();
  };

  readonly #onDrain = (): void => {
    this.#isFull = false;
    this.#take();
  };

  // As `node:http` has it: who says no more does not listen either, and half a request is a bad one.
  readonly #onEnd = (): void => void this.#socket.end(this.#rest === null || this.#current !== null ? "" : BAD_REQUEST);

  readonly #onClose = (): void => {
    const current = this.#current;
    this.#current = null;
    this.#rest = null;
    current?.close();
    this.#options.onClose();
  };

  /** Answers what has come whole, one request at a time. */
  #take(): void {
    if (this.#isTaking) return;
    this.#isTaking = true;
    while (this.#rest !== null && this.#current === null && !this.#isFull) if (!this.#next(this.#rest)) break;
    this.#isTaking = false;
    // What a client sends ahead waits in its own memory.
    const isWaiting = this.#rest !== null && (this.#current !== null || this.#isFull);
    if (isWaiting !== this.#socket.isPaused()) this.#socket[isWaiting ? "pause" : "resume"]();
  }

  /** False where there is no whole request in it, or it is not for us. */
  #next(bytes: Buffer): boolean {
    const end = bytes.indexOf(HEAD_END, 0, "latin1");
    if (end < 0 || end > MAX_HEAD_BYTES) {
      const isPlain = bytes.length <= MAX_HEAD_BYTES && START.startsWith(bytes.toString("latin1", 0, START.length));
      return !isPlain && this.#handOver();
    }
    const text = bytes.toString("latin1", 0, end + 2);
    const head = text === this.#text ? this.#head : plainHead(text);
    const { maxBytes, isQuick, answer } = this.#options;
    if (head === null || !isQuick(head.path) || head.length > Math.min(maxBytes, MAX_BODY_BYTES))
      return this.#handOver();
    this.#text = text;
    this.#head = head;
    const from = end + HEAD_END.length;
    const to = from + head.length;
    // Each further piece would copy those before it.
    if (bytes.length < to) return this.#pieces > MAX_PIECES && this.#handOver();
    this.#pieces = 0;
    this.#rest = bytes.length === to ? null : bytes.subarray(to);
    this.#hasAsked = true;
    const exchange = new QuickExchange(head, bytes.subarray(from, to), (reply) => this.#reply(exchange, reply));
    this.#current = exchange;
    answer(exchange);
    return true;
  }

  #reply(exchange: QuickExchange, { status, body, type = JSON_TYPE, headers = {} }: Reply): void {
    const socket = this.#socket;
    const bytes = bytesOf(body);
    const { keepAlive } = this.#options;
    const isLast = this.#options.isDraining();
    let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nx-request-id: ${exchange.id}\r\n`;
    head += `content-type: ${type}\r\ncontent-length: ${bytes.length}\r\n`;
    for (const name in headers) head += `${name}: ${String(headers[name])}\r\n`;
    head += `Date: ${dateNow()}\r\n`;
    head += isLast ? "Connection: close\r\n\r\n" : `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAlive}\r\n\r\n`;
    if (bytes.length <= ONE_WRITE_BYTES) this.#isFull = !socket.write(head + bytes.toString("latin1"), "latin1");
    else {
      socket.cork();
      socket.write(head, "latin1");
      this.#isFull = !socket.write(bytes);
      socket.uncork();
    }
    this.#current = null;
    this.#idle = 0;
    if (isLast) {
      this.#rest = null;
      return socket.destroySoon();
    }
    if (this.#rest !== null) this.#take();
  }

  #handOver(): false {
    const socket = this.#socket;
    const rest = this.#rest;
    this.#rest = null;
    socket.off("data", this.#onData).off("end", this.#onEnd).off("close", this.#onClose);
    socket.off("error", ignore).off("drain", this.#onDrain);
    socket.pause();
    if (rest !== null) socket.unshift(rest);
    this.#options.handOver(socket);
    socket.resume();
    return false;
  }
}

// A connection that breaks is no failure of ours.
function ignore(): void {
  return;
}

const date = { second: 0, text: "" };

/** As HTTP writes it; made once a second. */
function dateNow(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== date.second) Object.assign(date, { second, text: new Date(second * 1000).toUTCString() });
  return date.text;
}
