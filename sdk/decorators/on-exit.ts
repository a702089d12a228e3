import type { AnyClass } from "../base/metadata.ts";
import type { Refused } from "../base/refused.ts";
import { type ClassDecorator, annotateClass, classOptionsOf } from "./class-decorator.ts";
import { wrongOption } from "./decorator-definition.ts";
import type { DecoratorPlace } from "./step-decorator.ts";

/** What a hook of {@link onExit} receives. */
export interface FinishedRun {
  /** Name of the flow. */
  readonly flow: string;
  /** Id of the run. */
  readonly run: string;
  /** How the run ended. */
  readonly status: "succeeded" | "failed";
  /** The first failure, with the `step` and the `message` of its error; null where no step failed. */
  readonly error: { readonly step: string; readonly message: string } | null;
  /** Why the run ended where no step failed: `"interrupted by SIGINT"`, `"stopped by ada on vm"`; null otherwise. */
  readonly reason: string | null;
}

/** Runs once in the process that started the run, after its last task. */
export type ExitHook = (run: FinishedRun) => unknown;

/** Options of {@link onExit}. */
export interface OnExitOptions {
  /** Called after a run that succeeded. */
  readonly success?: ExitHook;
  /** Called after a run that failed or was interrupted. */
  readonly error?: ExitHook;
}

/**
 * Calls a function when a run has ended: one after a success, the other after a failure. What it throws is reported
 * and changes nothing about the run.
 *
 * @example
 * ```ts
 * @onExit({ error: ({ run, error }) => notify(`${run} failed: ${error?.message}`) })
 * class NightlyFlow extends FlowSpec {
 *   @step({ start: true, end: true }) start() {}
 * }
 * ```
 */
export function onExit(options: OnExitOptions): ClassDecorator;
/** @hidden The mistake of leaving out the parentheses. */
export function onExit<Target>(
  target: Target,
  place: DecoratorPlace,
): Refused<"@onExit needs parentheses: write @onExit()">;
export function onExit(options: OnExitOptions): unknown {
  for (const [name, hook] of Object.entries(options)) {
    if ((name === "success" || name === "error") && (hook === undefined || typeof hook === "function")) continue;
    throw wrongOption(
      "onExit",
      `it takes functions as success and error: ${name}`,
      "write @onExit({ error: (run) => … })",
    );
  }
  return annotateClass("onExit", options);
}

export function exitHooksOf(flow: AnyClass): OnExitOptions {
  return classOptionsOf<OnExitOptions>(flow, "onExit") ?? {};
}
