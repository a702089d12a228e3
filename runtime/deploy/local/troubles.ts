import { messageOf } from "../../../sdk/base/message-of.ts";
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import { isUnreadable } from "../../datastore/is-unreadable.ts";
import { GrowingPauses } from "./growing-pauses.ts";
import type { SchedulerNews } from "./scheduler-news.ts";

/** What a scheduler does at each look. */
export interface RetriedTask {
  /** A deployment, a run or an event. */
  readonly about: string;
  /** Of all that is done about it. */
  readonly task: string;
}

/** The same trouble is told again after this time; after the second one if it was over in between. */
const AGAIN_MS = 3_600_000;
const AGAIN_IF_OVER_MS = 60_000;

/** What goes wrong with one deployment or run must not keep a scheduler from the others: it is told, and tried again. */
export class Troubles {
  readonly #tell: (news: SchedulerNews) => void;
  readonly #clock: () => number;
  readonly #told = new Map<string, ToldTrouble>();
  readonly #pauses = new GrowingPauses();

  constructor(tell: (news: SchedulerNews) => void, clock: () => number = Date.now) {
    this.#tell = tell;
    this.#clock = clock;
  }

  /** @returns false where it failed */
  async guard(task: RetriedTask, work: () => void | Promise<void>): Promise<boolean> {
    try {
      await work();
      this.over(task);
      return true;
    } catch (error) {
      this.note(task, error);
      return false;
    }
  }

  /**
   * The same for what is tried again at each look: once it failed, not before a pause, which grows with each failure.
   * @returns false where it failed, or it is too soon
   */
  async retry({ about, task }: RetriedTask, work: () => void | Promise<void>): Promise<boolean> {
    if (!this.isDue({ about, task })) return false;
    const isDone = await this.guard({ about, task }, work);
    this.#tried({ about, task }, isDone);
    return isDone;
  }

  /**
   * The same for a record that is read at each look: one that is damaged, or of a newer format. That a storage does not answer
   * concerns all of them, and is thrown.
   * @returns undefined where it cannot be read, or it is too soon
   */
  read<Read>(task: RetriedTask, work: () => Read): Read | undefined {
    if (!this.isDue(task)) return undefined;
    try {
      const read = work();
      this.over(task);
      this.#tried(task, true);
      return read;
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      this.note(task, error);
      this.#tried(task, false);
      return undefined;
    }
  }

  /** False in such a pause. */
  isDue({ about, task }: RetriedTask): boolean {
    return this.#pauses.isOver(keyOf(about, task), this.#clock());
  }

  /** It is another thing than before: what failed is tried at once, and told should it fail again. */
  changed(about: string): void {
    const prefix = keyOf(about, "");
    this.#pauses.forgetAll(prefix);
    for (const key of this.#told.keys()) if (key.startsWith(prefix)) this.#told.delete(key);
  }

  /** It works now. */
  over({ about, task }: RetriedTask): void {
    const prefix = keyOf(keyOf(about, task), "");
    for (const [key, told] of this.#told) if (key.startsWith(prefix)) told.isOver = true;
  }

  note({ about, task }: RetriedTask, error: unknown): void {
    const text = isMillraceError(error) ? [error.headline, ...error.details].join("; ") : messageOf(error);
    const now = this.#clock();
    const key = keyOf(keyOf(about, task), text);
    for (const [old, { at, isOver }] of this.#told)
      if (now - at >= (isOver ? AGAIN_IF_OVER_MS : AGAIN_MS)) this.#told.delete(old);
    const before = this.#told.get(key);
    if (before !== undefined) {
      before.isOver = false;
      return;
    }
    this.#told.set(key, { at: now, isOver: false });
    this.#tell({ type: "trouble", about, error: text });
  }

  #tried({ about, task }: RetriedTask, isDone: boolean): void {
    const key = keyOf(about, task);
    if (!isDone) this.#pauses.failed(key, this.#clock());
    else this.#pauses.forget(key);
  }
}

interface ToldTrouble {
  readonly at: number;
  isOver: boolean;
}

function keyOf(about: string, what: string): string {
  return `${about}\n${what}`;
}
