/** One way to work against the process that a step runs in. */
export interface Attack {
  /** What the step does to its worker, or with the fields that it is given. */
  act(fields: Record<string, unknown>): unknown;
  /** How the failure is told; missing where the step succeeds all the same. */
  readonly fails?: RegExp;
}

export type Attacks = Readonly<Record<string, Attack>>;

/** Lets what was begun come to pass. */
export function pause(ms = 50): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Assigns where the types say that nobody may. */
export function replace(holder: object, name: PropertyKey, value: unknown): void {
  (holder as Record<PropertyKey, unknown>)[name] = value;
}
