import fs from "node:fs";
import path from "node:path";
import { linesIn, Rest } from "../../../datastore/lines-of.ts";
import type { Piece, Storage, Tail } from "../../../datastore/storage.ts";

/** How soon it looks again after it has read something, and how slow it becomes while nothing comes. */
interface Pace {
  readonly fastestMs: number;
  readonly slowestMs: number;
}

/** A watch in a folder sees at once what this machine writes there; what another one writes on a shared folder is looked for. */
const IN_FOLDER: Pace = { fastestMs: 50, slowestMs: 500 };
/** Where each look is a request. */
const IN_BUCKET: Pace = { fastestMs: 200, slowestMs: 1500 };
const SLOWING = 1.5;
const NOTHING: Piece = { bytes: Buffer.alloc(0), isLast: true };

export interface LinesListener {
  line(text: string): void;
  /** A line, or what followed from it, was not as it has to be. */
  trouble(error: unknown): void;
}

/** Gives the whole lines of an object that another process appends to, soon after they are there. */
export class FollowedLines {
  readonly #tail: Tail;
  readonly #rest: Rest;
  readonly #pace: Pace;
  readonly #on: LinesListener;
  #watcher: fs.FSWatcher | null = null;
  #waitMs: number;
  #timer: NodeJS.Timeout | null = null;
  #reading: Promise<void> | null = null;
  #mustReadAgain = false;
  #isClosed = false;

  constructor({ storage, key }: { storage: Storage; key: string }, on: LinesListener) {
    this.#tail = storage.tail(key);
    this.#rest = new Rest(key);
    this.#pace = storage.isRemote ? IN_BUCKET : IN_FOLDER;
    this.#waitMs = this.#pace.fastestMs;
    this.#on = on;
    if (storage.folder !== null) this.#watch(path.join(storage.folder, key));
    this.#plan();
  }

  /** Looks now: something is expected. */
  hurry(): void {
    if (this.#isClosed) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waitMs = this.#pace.fastestMs;
    if (this.#reading !== null) this.#mustReadAgain = true;
    else this.#look();
  }

  /** Gives what is left, and no more after that. */
  async finish(): Promise<void> {
    this.close();
    await this.#reading;
    await this.#readAll();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#watcher?.close();
  }

  /** Where folders cannot be watched, looking from time to time does as well. */
  #watch(file: string): void {
    try {
      const name = path.basename(file);
      this.#watcher = fs.watch(path.dirname(file), (_, changed) => {
        if (changed === name) this.hurry();
      });
      this.#watcher.on("error", () => this.#watcher?.close());
    } catch {
      this.#watcher = null;
    }
  }

  #plan(): void {
    if (this.#isClosed || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#look();
    }, this.#waitMs);
  }

  #look(): void {
    const reading = this.#readAll().finally(() => {
      this.#reading = null;
      if (this.#mustReadAgain && !this.#isClosed) {
        this.#mustReadAgain = false;
        this.#look();
      } else this.#plan();
    });
    this.#reading = reading;
  }

  /** Nobody waits for a look: one that fails is told, and the next one goes on. */
  async #readAll(): Promise<void> {
    try {
      await this.#readPieces();
    } catch (error) {
      this.#on.trouble(error);
    }
  }

  async #readPieces(): Promise<void> {
    for (let isLast = false; !isLast;) {
      // What cannot be read now may be read later; it lies in the store.
      const answer = (() => {
        try {
          return this.#tail.nextSoon();
        } catch {
          return NOTHING;
        }
      })();
      const piece = answer instanceof Promise ? await answer.catch(() => NOTHING) : answer;
      isLast = piece.isLast;
      const hasMore = piece.bytes.length > 0;
      this.#waitMs = hasMore ? this.#pace.fastestMs : Math.min(this.#waitMs * SLOWING, this.#pace.slowestMs);
      for (const { text } of linesIn(this.#rest.wholeLines(piece.bytes))) this.#on.line(text);
    }
  }
}
