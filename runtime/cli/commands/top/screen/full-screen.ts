import type { ScreenSize } from "../top-view.ts";
import { keysIn } from "./keys-in.ts";
import { ScreenPainter } from "./screen-painter.ts";

/** What is drawn on, and read from. */
export interface ScreenStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

export interface ScreenUse extends ScreenStreams {
  /** Writes to stdout, whatever becomes of what others print there. */
  write(text: string): void;
  key(key: string): void;
  /** The rows from the top on; asked for once a frame. */
  rows(size: ScreenSize): readonly string[];
  /** What went wrong while it drew. */
  fails(error: unknown): void;
  /** The user or the system wants it to end, with that exit code. */
  end(code: number): void;
}

const FRAME_MS = 100;
/** A sequence that comes in two parts comes within this; Escape alone is a key. */
const SEQUENCE_MS = 40;
/** Another screen than that of the shell, without a cursor; a row that is full does not go on in the next one. */
const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";
/** Whatever was being written. */
const LEAVE = "\u001b[?2026l\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l";
/** Of a terminal that does not tell its size. */
const [COLUMNS, ROWS] = [80, 24];
const SIGNALS = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const;

/** The whole screen of a terminal, from `open` to `close`; however the process ends, the terminal is as it was before. */
export class FullScreen {
  readonly #use: ScreenUse;
  readonly #painter = new ScreenPainter();
  readonly #listeners: (() => void)[] = [];
  #isEntered = false;
  #rest = "";
  #restTimer: NodeJS.Timeout | null = null;
  #timer: NodeJS.Timeout | null = null;
  #paintedAt = -Infinity;

  constructor(use: ScreenUse) {
    this.#use = use;
  }

  open(): void {
    const { stdin, stdout } = this.#use;
    const take = (data: Buffer | string) => this.#take(data.toString());
    const gone = () => this.#use.end(129);
    const atExit = () => this.#leave();
    stdin.on("data", take).on("end", gone).on("error", gone);
    stdout.on("resize", this.#redraw);
    process.on("exit", atExit).on("SIGCONT", this.#again);
    this.#listeners.push(() => {
      stdin.off("data", take).off("end", gone).off("error", gone);
      stdout.off("resize", this.#redraw);
      process.off("exit", atExit).off("SIGCONT", this.#again);
    });
    for (const [signal, code] of SIGNALS) {
      const end = () => this.#use.end(code);
      process.on(signal, end);
      this.#listeners.push(() => process.off(signal, end));
    }
    this.#enter();
  }

  close(): void {
    for (const stop of this.#listeners.splice(0)) stop();
    for (const timer of [this.#timer, this.#restTimer]) if (timer !== null) clearTimeout(timer);
    this.#leave();
    this.#use.stdin.pause();
  }

  /** What the rows say may not be as it was. */
  changed(): void {
    if (this.#timer !== null || !this.#isEntered) return;
    const wait = Math.max(this.#paintedAt + FRAME_MS - performance.now(), 0);
    this.#timer = setTimeout(() => {
      try {
        this.#paint();
      } catch (error) {
        this.#use.fails(error);
      }
    }, wait);
  }

  /** Stops this process and those that started it, as Ctrl-Z does elsewhere; it goes on when the user wants. */
  suspend(): void {
    if (process.platform === "win32") return;
    this.#leave();
    process.kill(0, "SIGTSTP");
    // Where nobody could wake it, the system does not stop it.
    setImmediate(() => {
      if (this.#listeners.length > 0) this.#again();
    });
  }

  /** Draws all of it, whatever others may have written there. */
  readonly #redraw = () => {
    this.#painter.forget();
    this.changed();
  };

  readonly #again = () => {
    this.#enter();
    this.#redraw();
  };

  redraw(): void {
    this.#redraw();
  }

  #enter(): void {
    const { stdin } = this.#use;
    stdin.setRawMode(true);
    stdin.resume();
    this.#use.write(ENTER);
    this.#isEntered = true;
    this.#painter.forget();
    this.changed();
  }

  #leave(): void {
    if (!this.#isEntered) return;
    this.#isEntered = false;
    try {
      this.#use.stdin.setRawMode(false);
      this.#use.write(LEAVE);
    } catch {
      // The terminal is gone, and nothing is left to restore.
    }
  }

  #take(text: string): void {
    if (this.#restTimer !== null) clearTimeout(this.#restTimer);
    this.#restTimer = null;
    const { keys, rest } = keysIn(this.#rest + text);
    this.#rest = rest;
    for (const key of keys) this.#use.key(key);
    if (rest !== "") this.#restTimer = setTimeout(() => this.#takeRest(), SEQUENCE_MS);
  }

  #takeRest(): void {
    const isEscape = this.#rest === "\u001b";
    this.#rest = "";
    if (isEscape) this.#use.key("escape");
  }

  #paint(): void {
    this.#timer = null;
    if (!this.#isEntered) return;
    this.#paintedAt = performance.now();
    const { stdout } = this.#use;
    // The last column is left free: a cursor behind it is in no row.
    const size = { columns: Math.max((stdout.columns || COLUMNS) - 1, 1), rows: stdout.rows || ROWS };
    const frame = this.#painter.frame(this.#use.rows(size).slice(0, size.rows), size.columns);
    if (frame !== "") this.#use.write(frame);
  }
}
