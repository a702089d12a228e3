import { gzipSync } from "node:zlib";
import type { ExportedAnswer } from "../../api/export-format.ts";

/** Answers for an export, with the size that they will about have when they are compressed. */
export class SizedAnswers {
  readonly #maxBytes: number;
  readonly #answers: Record<string, ExportedAnswer> = {};
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get all(): Readonly<Record<string, ExportedAnswer>> {
    return this.#answers;
  }

  /** What an export cannot do without. */
  add(key: string, answer: ExportedAnswer): void {
    this.#bytes += sizeOf([[key, answer]]);
    this.#answers[key] = answer;
  }

  /** Adds all of them if there is room; compressed together they are smaller than one by one. */
  addIfFits(entries: readonly (readonly [string, ExportedAnswer])[]): boolean {
    const size = sizeOf(entries);
    if (this.#bytes + size > this.#maxBytes) return false;
    this.#bytes += size;
    for (const [key, answer] of entries) this.#answers[key] = answer;
    return true;
  }
}

function sizeOf(entries: readonly (readonly [string, ExportedAnswer])[]): number {
  return gzipSync(JSON.stringify(entries)).length;
}
