import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { visibleLine } from "../../sdk/base/visible.ts";
import type { Redactor } from "../secrets/redactor.ts";
import { MAX_NOTE_WIDTH, type ProgressReport } from "../task/progress-report.ts";
import { cutText } from "../text/cut-text.ts";

export interface TaskProgressOptions {
  /** Undefined where nothing shows it. */
  readonly send: ((report: ProgressReport) => void) | undefined;
  redactor(): Redactor | null;
}

/** More often would not be seen. */
const EVERY_MS = 100;
/** Beyond this a sum of fractions is no longer just rounded. */
const ROUNDING = 1e-6;
/** Of a longer text nothing is looked at that lies further back; a secret in it must be seen as a whole. */
const MAX_CHARS = 16 * 1024;

// Kept from before the flow is loaded: a step may replace them.
const { setTimeout, clearTimeout } = globalThis;
const now = performance.now.bind(performance);

/** How far a task says it is: a step may tell a million times, and the scheduler hears the latest ten times a second. */
export class TaskProgress {
  readonly #options: TaskProgressOptions;
  #sentAt = -Infinity;
  #waiting: { readonly fraction: number; readonly note: string | undefined } | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(options: TaskProgressOptions) {
    this.#options = options;
  }

  /** @throws MillraceError `MILLRACE_PROGRESS` for what is not a fraction */
  tell(fraction: number, note?: string): void {
    if (typeof fraction !== "number" || !(fraction >= -ROUNDING && fraction <= 1 + ROUNDING))
      throw noFraction(fraction);
    if (note !== undefined && typeof note !== "string") throw noText(note);
    if (this.#isOver || this.#options.send === undefined) return;
    this.#waiting = { fraction, note };
    const waitMs = this.#sentAt + EVERY_MS - now();
    if (waitMs <= 0) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), waitMs).unref();
  }

  /** The task is over: what it told last is sent, and nothing more is told. */
  close(): void {
    this.#send();
    this.#isOver = true;
  }

  #send(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const told = this.#waiting;
    if (told === null || this.#isOver) return;
    this.#waiting = null;
    this.#sentAt = now();
    const text = (told.note ?? "").slice(0, MAX_CHARS);
    try {
      const note = cutText(visibleLine(this.#options.redactor()?.text(text) ?? text), MAX_NOTE_WIDTH);
      this.#options.send?.({ fraction: Math.min(Math.max(told.fraction, 0), 1), note });
    } catch {
      // The step may have replaced what this relies on; its work does not fail for a word about it.
    }
  }
}

function noFraction(seen: unknown): MillraceError {
  return new MillraceError({
    code: "MILLRACE_PROGRESS",
    headline: `Cannot show current.progress because it takes a fraction from 0 to 1: ${String(seen)}`,
    hint: 'tell how much of all is done: current.progress(done / total, "epoch 4")',
  });
}

function noText(seen: unknown): MillraceError {
  return new MillraceError({
    code: "MILLRACE_PROGRESS",
    headline: `Cannot show current.progress because its second argument is a text: ${typeof seen}`,
    hint: 'for example current.progress(0.4, "epoch 4")',
  });
}
