import type { Refused } from "../base/refused.ts";
import { annotate } from "./annotate.ts";
import { define, wrongOption } from "./decorator-definition.ts";
import type { DecoratorPlace, Duration, OptionsOrFactory, StepOrClassDecorator } from "./step-decorator.ts";
import { durationOption, numberOption } from "./reader.ts";

/** Options of {@link reuse}. */
export interface ReuseOptions {
  /**
   * The most tasks that one job takes.
   * @defaultValue 100
   */
  readonly maxTasks?: number;
  /**
   * A job that has had nothing to do for this long ends.
   * @defaultValue "30s"
   */
  readonly idle?: Duration;
}

/**
 * Has a job of an engine take further tasks of its step, one after another, so that a foreach of short tasks does not
 * start a container or a machine for each. The flow's modules are evaluated afresh for each task, as on this machine.
 * Where the step runs as processes of this machine it changes nothing: they are reused anyway.
 *
 * @example
 * ```ts
 * class ScoreFlow extends FlowSpec {
 *   pages = ["a", "b", "c"];
 *
 *   @step start() {
 *     this.next(this.score, { foreach: "pages" });
 *   }
 *   @reuse({ maxTasks: 500 })
 *   @step score() {
 *     this.next(this.join);
 *   }
 *   @step join(inputs: Inputs<ScoreFlow>) {
 *     this.next(this.end);
 *   }
 *   @step end() {}
 * }
 * ```
 */
export function reuse(options?: OptionsOrFactory<ReuseOptions>): StepOrClassDecorator;
/** @hidden The mistake of leaving out the parentheses. */
export function reuse<Target>(
  target: Target,
  place: DecoratorPlace,
  descriptor?: unknown,
): Refused<"@reuse needs parentheses: write @reuse()">;
export function reuse(...args: readonly unknown[]): unknown {
  return annotate("reuse", args);
}

const DEFAULT_MAX_TASKS = 100;
const DEFAULT_IDLE_MS = 30_000;

export const reuseDefinition = define({
  name: "reuse",
  options: { maxTasks: numberOption({ min: 1, isWhole: true }), idle: durationOption() },
  settings({ maxTasks = DEFAULT_MAX_TASKS, idle = DEFAULT_IDLE_MS }) {
    if (idle > MAX_IDLE_MS)
      throw wrongOption("reuse", "a job that is idle for more than a day is forgotten", 'give less: idle: "10m"');
    return { reuse: { maxTasks, idleMs: Math.round(idle) } };
  },
});

const MAX_IDLE_MS = 86_400_000;
