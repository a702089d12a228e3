import type { Addition } from "../flow/addition.ts";
import type { ExpectedTask } from "../interpret.ts";
import type { Observer } from "../observe/observer.ts";
import type { Shape } from "../shapes/shape.ts";

/** One truth about flows: what a flow needs to show it, and how to see it. */
export interface Spec {
  readonly truth: string;
  readonly adds: Addition;
  /** @defaultValue it makes sense for every shape */
  fits?(shape: Shape): boolean;
  check(seen: Observer, expected: Expected): Promise<void>;
}

export interface Expected {
  readonly shape: Shape;
  readonly tasks: readonly ExpectedTask[];
  /** By id. */
  readonly byId: ReadonlyMap<string, ExpectedTask>;
}

/** What a check wants of every task, by id. */
export function wanted<T>({ tasks }: Expected, of: (task: ExpectedTask) => T): Record<string, T> {
  return Object.fromEntries(tasks.map((task) => [task.id, of(task)]));
}
