/** A state machine, or the part of one that a split runs, in Amazon States Language with JSONPath. */
export interface AslMachine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, AslState>>;
}

export interface AslState {
  readonly Type: "Task" | "Pass" | "Choice" | "Map" | "Parallel" | "Succeed" | "Fail";
  readonly [field: string]: unknown;
}

/** Where a state leads; where `Next` is missing it ends what it is part of. */
export interface AslNext {
  readonly next: string;
  /** What follows an error; null lets it end what the state is part of. */
  readonly failed: string | null;
}

/** What a state catches. The data stay as they are. */
export function caughtBy(failed: string | null): object {
  return failed === null ? {} : { Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: null, Next: failed }] };
}

/** A value that is there beforehand, or one that is computed from data of the execution. */
export function aslValue(name: string, value: string | { readonly path: string }): Readonly<Record<string, string>> {
  return typeof value === "string" ? { [name]: value } : { [`${name}.$`]: value.path };
}
