import type { Want } from "../storage.ts";

/** An answer that was not asked for so long is thrown away. Blobs never change, and a line of results stays where it is. */
const KEPT_MS = { open: 10_000, read: 10_000, tail: 10_000, list: 2000, end: 2000 } as const;
/** More announced calls than this would take too much memory. */
const MAX_KEPT = 256;

/** Answers to calls that were announced, each given once. */
export class Answers {
  readonly #kept = new Map<string, { readonly want: Want; readonly answer: Promise<unknown>; readonly at: number }>();
  readonly #answer: (want: Want) => Promise<unknown>;

  constructor(answer: (want: Want) => Promise<unknown>) {
    this.#answer = answer;
  }

  announce(wants: readonly Want[]): undefined {
    this.#forgetOld();
    for (const want of wants) {
      const name = nameOf(want);
      if (this.#kept.has(name) || this.#kept.size >= MAX_KEPT) continue;
      const answer = this.#answer(want);
      // Whoever asks sees the failure.
      answer.catch(() => undefined);
      this.#kept.set(name, { want, answer, at: Date.now() });
    }
  }

  /** An object was written or removed from here: what was answered before is no longer true. */
  changed(key: string): void {
    for (const [name, { want }] of this.#kept)
      if (want.key === key || (want.op === "list" && key.startsWith(`${want.key}/`))) this.#kept.delete(name);
  }

  take(want: Want): Promise<unknown> {
    const name = nameOf(want);
    const kept = this.#kept.get(name);
    this.#kept.delete(name);
    return kept !== undefined && Date.now() - kept.at < KEPT_MS[want.op] ? kept.answer : this.#answer(want);
  }

  #forgetOld(): void {
    for (const [name, { want, at }] of this.#kept) if (Date.now() - at >= KEPT_MS[want.op]) this.#kept.delete(name);
  }
}

function nameOf(want: Want): string {
  return `${want.op} ${want.op === "end" ? want.count : ""} ${want.key}`;
}
