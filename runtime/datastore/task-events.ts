import { parseTaskEvent, type TaskEventRecord } from "./kinds/task-event.ts";
import type { LastValues } from "./last-values.ts";
import { RECORD_FORMAT } from "./records.ts";
import type { TaskFailed, TaskStarted, TaskSucceeded } from "./run-event.ts";
import { runFolder, type RunPlace } from "./run-keys.ts";
import type { Storage } from "./storage.ts";

/** What the name of a record of a task says. */
export interface NamedTaskEvent {
  readonly key: string;
  /** Of the task: at a place of a run only one step can stand, as the way there decides on it. */
  readonly path: string;
  readonly kind: "started" | "failed" | "done";
  /** Null for the end of the task itself. */
  readonly attempt: number | null;
}

/**
 * What the tasks of a run without a scheduler of ours record, each for itself: objects that are created once, and named by
 * the task's path, so that whoever knows where it stands finds what came before. Children of a split lie in one folder.
 */
export class TaskEvents {
  readonly #storage: Storage;
  readonly #place: RunPlace;
  readonly #folder: string;

  constructor(storage: Storage, of: RunPlace) {
    this.#storage = storage;
    this.#place = of;
    this.#folder = eventsFolder(of);
  }

  /** False if that attempt has begun already. */
  started(start: TaskStarted): boolean {
    return this.#create(this.#startKey(start.path, start.attempt), { start });
  }

  /** False if that was said before. */
  failed(start: TaskStarted, end: TaskFailed): boolean {
    return this.#create(this.#failureKey(start.path, start.attempt), { start, end });
  }

  /** The commit of a task: false if another attempt was faster, whose end counts then. */
  done(start: TaskStarted, end: TaskSucceeded, metrics?: LastValues): boolean {
    const logged = metrics === undefined ? {} : { metrics };
    return this.#create(doneKey(this.#place, start.path), { start, end, ...logged });
  }

  startOf(path: string, attempt: number): TaskStarted | null {
    return this.read(this.#startKey(path, attempt))?.start ?? null;
  }

  failureOf(path: string, attempt: number): TaskFailed | null {
    const end = this.read(this.#failureKey(path, attempt))?.end;
    return end?.type === "task-failed" ? end : null;
  }

  /** Null for a task that is not done. */
  endOf(path: string): DoneTask | null {
    const record = this.read(doneKey(this.#place, path));
    return record?.end?.type === "task-succeeded" ? { start: record.start, end: record.end } : null;
  }

  /** Null where there is none. */
  read(key: string): TaskEventRecord | null {
    const bytes = this.#storage.read(key);
    return bytes === null ? null : parseTaskEvent(Buffer.from(bytes).toString(), key);
  }

  /** Announces that these will be read. */
  ahead(keys: readonly string[]): void {
    this.#storage.ahead(keys.map((key) => ({ op: "read", key })));
  }

  /** What is recorded directly in the children of a split, not in splits of theirs. @param split - its path */
  inChildren(split: string): NamedTaskEvent[] {
    const folder = `${this.#folder}/${split}`;
    return this.#storage.list(folder).flatMap((name) => this.#named(`${folder}/${name}`) ?? []);
  }

  /** What is recorded of all tasks. */
  *all(): Generator<NamedTaskEvent> {
    const keys = this.#storage.isRemote ? this.#walk() : this.#below(this.#folder);
    for (const key of keys) {
      const named = this.#named(key);
      if (named !== null) yield named;
    }
  }

  *#walk(): Generator<string> {
    for (const { key } of this.#storage.walk(this.#folder)) yield key;
  }

  /** Where each folder is a call; it asks no file for its size, as a walk does. */
  *#below(folder: string): Generator<string> {
    for (const name of this.#storage.list(folder)) {
      if (name.endsWith("/")) yield* this.#below(`${folder}/${name.slice(0, -1)}`);
      else yield `${folder}/${name}`;
    }
  }

  #startKey(path: string, attempt: number): string {
    return `${this.#folder}/${path}-${attempt}-started.json`;
  }

  #failureKey(path: string, attempt: number): string {
    return `${this.#folder}/${path}-${attempt}-failed.json`;
  }

  #named(key: string): NamedTaskEvent | null {
    const [, path = "", attempt, kind = "done"] = NAME.exec(key.slice(this.#folder.length + 1)) ?? [];
    if (path === "") return null;
    const named = { key, path, kind: kind as NamedTaskEvent["kind"] };
    return { ...named, attempt: attempt === undefined ? null : Number(attempt) };
  }

  #create(key: string, record: Omit<TaskEventRecord, "format">): boolean {
    const bytes = Buffer.from(`${JSON.stringify({ format: RECORD_FORMAT, ...record })}\n`);
    return this.#storage.create(key, [bytes]);
  }
}

/** A task that is done: the attempt that committed. */
export interface DoneTask {
  readonly start: TaskStarted;
  readonly end: TaskSucceeded;
}

/** Where the commit of the task at a path lies. */
export function doneKey(of: RunPlace, path: string): string {
  return `${eventsFolder(of)}/${path}-done.json`;
}

export function eventsFolder(of: RunPlace): string {
  return `${runFolder(of)}/events`;
}

const NAME = /^(\d+(?:\/\d+\.\d+)*)-(?:(\d+)-(started|failed)|done)\.json$/;
