import { messageOf } from "../../../sdk/base/message-of.ts";
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import type { SchedulerNews } from "./scheduler-news.ts";

/** The same trouble is told again after this time. */
const AGAIN_MS = 60_000;

/** What goes wrong with one deployment or run must not keep a scheduler from the others: it is told, and tried again. */
export class Troubles {
  readonly #tell: (news: SchedulerNews) => void;
  readonly #toldAt = new Map<string, number>();

  constructor(tell: (news: SchedulerNews) => void) {
    this.#tell = tell;
  }

  /** @returns false where it failed */
  async guard(about: string, work: () => void | Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.note(about, error);
      return false;
    }
  }

  note(about: string, error: unknown): void {
    const text = isMillraceError(error) ? [error.headline, ...error.details].join("; ") : messageOf(error);
    const now = Date.now();
    const key = `${about}\n${text}`;
    if (now - (this.#toldAt.get(key) ?? -Infinity) < AGAIN_MS) return;
    for (const [old, at] of this.#toldAt) if (now - at >= AGAIN_MS) this.#toldAt.delete(old);
    this.#toldAt.set(key, now);
    this.#tell({ type: "trouble", about, error: text });
  }
}
