import type { CurrentTask, TaskHost } from "../../../sdk/base/host.ts";
import type { StepSettings } from "../../../sdk/base/step-settings.ts";
import type { LastValues } from "../../datastore/last-values.ts";
import type { AttemptResult, ErrorRecord, ResultLocator, TakenTransition } from "../../datastore/records.ts";
import type { StepAttempt, StepCode } from "../step-attempt.ts";

/** What a decorator does in the task. It says itself which steps it is for: the execution knows none by name. */
export interface Aspect {
  readonly name: string;
  /** False for a step that has no use for it, and pays nothing for it. */
  isFor(settings: StepSettings): boolean;
  /** Its part in one attempt, once the flow's instance is made; it does nothing yet. */
  begin?(attempt: StepAttempt): AttemptAspect;
  /** False if what the step threw deserves no further attempt. Asked before an instance is there, too. */
  mayRetry?(thrown: unknown, code: StepCode): boolean | Promise<boolean>;
}

/** The hooks of one attempt, in the order of its life. Each is called after those of the aspects above it. */
export interface AttemptAspect {
  /** What it gives `current`. */
  readonly current?: Partial<CurrentTask>;
  /** What it gives other entries of the package, such as `millrace/gpu`. */
  readonly host?: Pick<TaskHost, "noteKernel" | "noteFeatures">;
  /** Before the step's code runs. An ending takes its place: neither the code nor the aspects below it have a turn. */
  before?(): Ending | null | Promise<Ending | null>;
  /** Runs the step's code, or something in its place. The aspects below it are in `body`. */
  around?(body: () => Promise<void>): Promise<void>;
  /** The step's code has ended, however it did; nothing is stored yet. May still fail a success. */
  ended?(end: CodeEnd): Promise<void>;
  /** Where the last attempt failed: true if the flow goes on all the same. */
  catches?(): boolean;
  /** Before what the attempt leaves is stored. */
  leave?(end: AttemptEnd): void;
  /** What it adds to the record of the attempt. */
  recorded?(): Partial<AttemptResult> | null;
  /** Everything is stored that the result names; the commit follows at once. */
  committing?(result: AttemptResult): void;
  /** After a success is committed. */
  after?(result: ResultLocator): void;
  /** The attempt is over, however it ended. It throws nothing. */
  close?(): void;
}

/** How the code of an attempt ended, with what it threw as it is. */
export interface CodeEnd {
  readonly status: "succeeded" | "failed" | "caught";
  readonly error: unknown;
}

/** How an attempt ends: `caught` is a failure with which the flow goes on. */
export interface AttemptEnd {
  readonly status: AttemptResult["status"];
  readonly error: ErrorRecord | null;
}

/** How an attempt ends without the step's code. */
export type Ending =
  | {
      readonly status: "succeeded";
      readonly next: TakenTransition;
      readonly result: ResultLocator;
      readonly metrics?: LastValues;
    }
  | { readonly status: "caught"; readonly error: ErrorRecord };
