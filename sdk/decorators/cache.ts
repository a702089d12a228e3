import type { Refused } from "../base/refused.ts";
import { annotate } from "./annotate.ts";
import { define } from "./decorator-definition.ts";
import type { DecoratorPlace, Duration, OptionsOrFactory, StepOrClassDecorator } from "./step-decorator.ts";
import { durationOption, textOption } from "./reader.ts";

/** Options of {@link cache}. */
export interface CacheOptions {
  /** A version of your own in place of the code's hash: results stay in use over code changes until you change it. */
  readonly key?: string;
  /**
   * How long a result may be used.
   * @defaultValue for ever
   */
  readonly ttl?: Duration;
}

/**
 * Reuses a finished task of an earlier run whose code, inputs and parameters are the same, instead of executing it.
 *
 * @example
 * ```ts
 * class FeaturesFlow extends FlowSpec {
 *   features!: number[];
 *
 *   @cache({ ttl: "7d" })
 *   @step start() {
 *     this.features = expensiveFeatures();
 *     this.next(this.end);
 *   }
 *   @step end() {}
 * }
 * ```
 */
export function cache(options?: OptionsOrFactory<CacheOptions>): StepOrClassDecorator;
/** @hidden The mistake of leaving out the parentheses. */
export function cache<Target>(
  target: Target,
  place: DecoratorPlace,
  descriptor?: unknown,
): Refused<"@cache needs parentheses: write @cache()">;
export function cache(...args: readonly unknown[]): unknown {
  return annotate("cache", args);
}

export const cacheDefinition = define({
  name: "cache",
  options: { key: textOption(), ttl: durationOption() },
  settings: ({ key, ttl }) => ({ cache: { key: key ?? null, ttlMs: ttl ?? null } }),
});
