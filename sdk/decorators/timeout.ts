import type { Refused } from "../base/refused.ts";
import { annotate } from "./annotate.ts";
import { define, wrongOption } from "./decorator-definition.ts";
import type { DecoratorPlace, OptionsOrFactory, StepOrClassDecorator } from "./step-decorator.ts";
import { numberOption } from "./reader.ts";

/** Options of {@link timeout}; they add up. */
export interface TimeoutOptions {
  /** Seconds; fractions are allowed. */
  readonly seconds?: number;
  /** Minutes; fractions are allowed. */
  readonly minutes?: number;
  /** Hours; fractions are allowed. */
  readonly hours?: number;
}

/**
 * Limits one attempt of a step: `current.signal` aborts first, then the process is asked to end, then killed.
 *
 * @example
 * ```ts
 * class FetchFlow extends FlowSpec {
 *   page!: string;
 *
 *   @timeout({ minutes: 5 })
 *   @step async start() {
 *     this.page = await fetch("https://example.org", { signal: current.signal }).then((page) => page.text());
 *     this.next(this.end);
 *   }
 *   @step end() {}
 * }
 * ```
 */
export function timeout(options: OptionsOrFactory<TimeoutOptions>): StepOrClassDecorator;
/** @hidden The mistake of leaving out the parentheses. */
export function timeout<Target>(
  target: Target,
  place: DecoratorPlace,
  descriptor?: unknown,
): Refused<"@timeout needs parentheses: write @timeout()">;
export function timeout(...args: readonly unknown[]): unknown {
  return annotate("timeout", args);
}

export const timeoutDefinition = define({
  name: "timeout",
  options: {
    seconds: numberOption({ min: 0 }),
    minutes: numberOption({ min: 0 }),
    hours: numberOption({ min: 0 }),
  },
  settings({ seconds = 0, minutes = 0, hours = 0 }) {
    const timeoutMs = Math.round((seconds + 60 * minutes + 3600 * hours) * 1000);
    if (timeoutMs > 0) return { timeoutMs };
    throw wrongOption("timeout", "it sets no limit", "give a time greater than 0: @timeout({ minutes: 5 })");
  },
});
