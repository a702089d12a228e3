import type { Refused } from "../base/refused.ts";
import { annotate } from "./annotate.ts";
import { define, wrongOption } from "./decorator-definition.ts";
import type { DecoratorPlace, OptionsOrFactory, StepOrClassDecorator } from "./step-decorator.ts";
import { numberOption, textOption } from "./reader.ts";

/** Options of {@link concurrency}. */
export interface ConcurrencyOptions {
  /** The most tasks at once. */
  readonly limit: number;
  /**
   * All steps with the same one share the limit; of several limits the smallest holds.
   * @defaultValue the step alone
   */
  readonly key?: string;
}

/**
 * Limits how many tasks of a step are at work at once in a run, on whatever engine: for a service that takes four calls
 * at a time, or a licence of which there is one.
 *
 * @example
 * ```ts
 * class FetchFlow extends FlowSpec {
 *   pages = ["a", "b", "c"];
 *
 *   @step start() {
 *     this.next(this.fetch, { foreach: "pages" });
 *   }
 *   @concurrency({ limit: 2, key: "weather service" })
 *   @step async fetch() {
 *     this.next(this.join);
 *   }
 *   @step join(inputs: Inputs<FetchFlow>) {
 *     this.next(this.end);
 *   }
 *   @step end() {}
 * }
 * ```
 */
export function concurrency(options: OptionsOrFactory<ConcurrencyOptions>): StepOrClassDecorator;
/** @hidden The mistake of leaving out the parentheses. */
export function concurrency<Target>(
  target: Target,
  place: DecoratorPlace,
  descriptor?: unknown,
): Refused<"@concurrency needs parentheses: write @concurrency({ limit: 4 })">;
export function concurrency(...args: readonly unknown[]): unknown {
  return annotate("concurrency", args);
}

export const concurrencyDefinition = define({
  name: "concurrency",
  options: { limit: numberOption({ min: 1, isWhole: true }), key: textOption() },
  settings({ limit, key }) {
    if (limit !== undefined) return { concurrency: { limit, key: key ?? null } };
    throw wrongOption("concurrency", "it sets no limit", "say how many tasks at once: @concurrency({ limit: 4 })");
  },
});
