import type { TaskSource } from "../../../runtime/datastore/run-event.ts";

/** A finished run as one of the checkers shows it; each part is fetched when it is first asked for. */
export interface Observer {
  readonly checker: "cli" | "reader";
  readonly runId: string;
  header(): Promise<ObservedRun>;
  /** In the order in which they started. */
  tasks(): Promise<readonly ObservedTask[]>;
  /** By task, `step@path`. */
  artifacts(): Promise<ReadonlyMap<string, ObservedArtifacts>>;
  /** What the latest attempts wrote, by task. */
  lines(): Promise<ReadonlyMap<string, readonly ObservedLine[]>>;
}

export interface ObservedRun {
  readonly status: string;
  readonly tags: readonly string[];
  readonly originRun: string | null;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ObservedTask {
  /** `step@path`. */
  readonly id: string;
  readonly task: number;
  readonly step: string;
  readonly index: number | null;
  readonly status: string;
  readonly attempts: readonly string[];
  readonly isReused: boolean;
  readonly source: TaskSource;
  readonly next: string | null;
}

/** Values are those that JSON keeps; others are known by their hash. */
export type ObservedArtifacts = Readonly<Record<string, { readonly hash: string; readonly value: unknown }>>;

export interface ObservedLine {
  readonly stream: string;
  readonly text: string;
}

/** One artifact of every task, by task; undefined where a task has none of that name. */
export async function valuesOf(seen: Observer, name: string): Promise<Record<string, unknown>> {
  const all = await seen.artifacts();
  return Object.fromEntries([...all].map(([id, artifacts]) => [id, artifacts[name]?.value]));
}

/** Remembers what the first call makes. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}
