import { hasCode, isMillraceError } from "../../sdk/base/millrace-error.ts";
import { messageOf } from "../../sdk/base/message-of.ts";
import { isUnreadable } from "../datastore/is-unreadable.ts";

/** Objects that are told by name; more of them are counted. */
const MOST_TOLD = 10;

/** What a report is without, as it is damaged, gone, or of a newer Millrace: one object is not to hide all the others. */
export class UnreadParts {
  /** Of each object the first problem. */
  readonly #problems = new Map<string, string>();

  get problems(): readonly string[] {
    const all = [...this.#problems.values()];
    const more = all.length - MOST_TOLD;
    return more > 0 ? [...all.slice(0, MOST_TOLD), `${more} more cannot be read: fsck tells which`] : all;
  }

  has(name: string): boolean {
    return this.#problems.has(name);
  }

  /**
   * @param name - of the object
   * @returns null where it cannot be read
   * @throws what concerns all of them, as of a storage that does not answer
   */
  read<Read>(name: string, work: () => Read): Read | null {
    try {
      return work();
    } catch (error) {
      this.note(name, error);
      return null;
    }
  }

  /** @throws the error, if it is of another kind */
  note(name: string, error: unknown): void {
    if (!isUnreadable(error) && !OF_BLOBS.some((code) => hasCode(error, code))) throw error;
    if (this.#problems.has(name)) return;
    const text = isMillraceError(error) ? error.headline : messageOf(error);
    this.#problems.set(name, text.includes(name) ? text : `${name}: ${text}`);
  }
}

const OF_BLOBS = ["MILLRACE_DAMAGED_BLOB", "MILLRACE_MISSING_BLOB"] as const;
