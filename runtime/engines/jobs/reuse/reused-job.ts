import { setTimeout as pause } from "node:timers/promises";
import type { Appender, Storage } from "../../../datastore/storage.ts";
import type { TaskOutcome } from "../../../task/task-outcome.ts";
import type { TaskSpec } from "../../../task/task-spec.ts";
import type { JobRef, JobReuse } from "../job-service.ts";
import { FollowedLines } from "./followed-lines.ts";
import { parseToldLine, tasksKey, toldKey, type ToldLine } from "./told-line.ts";

export interface ReusedJobOptions {
  readonly storage: Storage;
  readonly ref: JobRef;
  readonly reuse: JobReuse;
  /** It starts with this one. */
  readonly first: TaskSpec;
  readonly on: ReusedJobListener;
}

export interface ReusedJobListener {
  began(spec: TaskSpec): void;
  returned(spec: TaskSpec): void;
  ended(spec: TaskSpec, how: { readonly outcome: TaskOutcome; readonly hasOutput: boolean; readonly ms: number }): void;
  /** After each line that it told. */
  told(): void;
  trouble(error: unknown): void;
}

/** Where what another machine wrote is seen late, it is looked for this often. */
const LAG_MS = 200;

/** A job that takes further tasks: what it was given, and what it has told of them. */
export class ReusedJob {
  readonly ref: JobRef;
  readonly #options: ReusedJobOptions;
  readonly #tail: FollowedLines;
  /** Not ended, in the order in which it takes them. */
  #given: TaskSpec[];
  readonly #begun = new Set<number>();
  #appender: Appender | null = null;
  #taken = 1;
  /** It has told something. */
  #isAlive = false;
  /** It begins nothing more, or gets nothing more. */
  #isClosed = false;
  #saidClosed = false;

  constructor(options: ReusedJobOptions) {
    this.#options = options;
    this.ref = options.ref;
    this.#given = [options.first];
    const { storage, ref } = options;
    const key = toldKey(ref);
    this.#tail = new FollowedLines(
      { storage, key },
      {
        line: (line) => {
          const told = parseToldLine(line, key);
          if (told !== null) this.#hear(told);
        },
        trouble: (error) => options.on.trouble(error),
      },
    );
  }

  get given(): readonly TaskSpec[] {
    return this.#given;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** It said that it begins nothing more: what it has not told of it has not begun. */
  get hasSaidClosed(): boolean {
    return this.#saidClosed;
  }

  /** How many more it takes now, if it may hold this many behind the one in hand. */
  room(behind: number): number {
    if (!this.#isAlive || this.#isClosed) return 0;
    return Math.max(0, Math.min(1 + behind - this.#given.length, this.#options.reuse.maxTasks - this.#taken));
  }

  /** How many tasks it holds behind the one in hand, or would. */
  holds(behind: number): number {
    if (!this.#isAlive || this.#isClosed) return 0;
    const held = Math.max(this.#given.length - 1, 0);
    return Math.min(behind, held + this.#options.reuse.maxTasks - this.#taken);
  }

  hasBegun({ task }: TaskSpec): boolean {
    return this.#begun.has(task);
  }

  give(spec: TaskSpec): void {
    this.#taken += 1;
    this.#given.push(spec);
    const { storage, on } = this.#options;
    try {
      this.#appender ??= storage.append(tasksKey(this.ref));
      this.#appender.append(`${JSON.stringify(spec)}\n`)?.catch((error: unknown) => on.trouble(error));
    } catch (error) {
      on.trouble(error);
    }
  }

  /** It gets nothing more. */
  close(): void {
    this.#isClosed = true;
  }

  /**
   * Its service says that it has ended: what it told before that is heard to the end.
   * @param withinMs - how long that may take to be seen here
   * @returns what it has not ended
   */
  async over(withinMs = 0): Promise<readonly TaskSpec[]> {
    this.close();
    const until = performance.now() + withinMs;
    await this.#tail.finish();
    while (!this.#saidClosed && this.#given.length > 0 && performance.now() < until) {
      await pause(LAG_MS);
      await this.#tail.finish();
    }
    this.#appender?.close();
    return this.#given;
  }

  /** Nobody wants to know any more. */
  abandon(): void {
    this.close();
    this.#tail.close();
    this.#appender?.close();
  }

  #hear(told: ToldLine): void {
    this.#isAlive = true;
    const { on } = this.#options;
    if (told.type === "closed") {
      this.#saidClosed = true;
      this.close();
    } else {
      const spec = this.#given.find(({ task, attempt }) => task === told.task && attempt === told.attempt);
      // A step can write there as well: what was not given is not believed.
      if (spec !== undefined) this.#noted(spec, told);
    }
    on.told();
  }

  #noted(spec: TaskSpec, told: Exclude<ToldLine, { type: "closed" }>): void {
    const { on } = this.#options;
    if (told.type === "began") {
      this.#begun.add(spec.task);
      return on.began(spec);
    }
    this.#begun.delete(spec.task);
    if (told.type === "ended") {
      this.#given = this.#given.filter((one) => one !== spec);
      on.ended(spec, told);
    } else on.returned(spec);
  }
}
