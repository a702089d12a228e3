import type { DecoratorUse } from "../base/metadata.ts";
import type { Refused } from "../base/refused.ts";
import { annotate } from "./annotate.ts";
import { define, evaluateOptions } from "./decorator-definition.ts";
import type { DecoratorPlace, Duration, OptionsOrFactory, StepOrClassDecorator } from "./step-decorator.ts";
import { durationOption, flagOption, functionOption, numberOption } from "./reader.ts";

/** Options of {@link retry}. */
export interface RetryOptions {
  /**
   * Attempts after the first one.
   * @defaultValue 3
   */
  readonly times?: number;
  /**
   * Wait before the first retry.
   * @defaultValue "0s"
   */
  readonly delay?: Duration;
  /**
   * Factor by which each wait is longer than the one before it.
   * @defaultValue 1
   */
  readonly backoff?: number;
  /** No wait is longer than this. */
  readonly maxDelay?: Duration;
  /**
   * Makes waits up to half as long again at random, so that tasks that failed together do not come back together. No wait
   * is shorter than was asked for, and none is longer than `maxDelay`.
   * @defaultValue true
   */
  readonly jitter?: boolean;
  /** Decides whether an error is worth another attempt, also one of Millrace's; without it every error is. */
  readonly on?: RetryFilter;
}

/** True for an error after which another attempt makes sense. */
export type RetryFilter = (error: unknown) => boolean | Promise<boolean>;

/**
 * Runs a step's task again when it fails.
 *
 * @example
 * ```ts
 * class LoadFlow extends FlowSpec {
 *   rows!: string[];
 *
 *   @retry({ times: 2, delay: "10s", backoff: 2 })
 *   @step async start() {
 *     this.rows = await download();
 *     this.next(this.end);
 *   }
 *   @step end() {}
 * }
 * ```
 */
export function retry(options?: OptionsOrFactory<RetryOptions>): StepOrClassDecorator;
/** @hidden The mistake of leaving out the parentheses. */
export function retry<Target>(
  target: Target,
  place: DecoratorPlace,
  descriptor?: unknown,
): Refused<"@retry needs parentheses: write @retry()">;
export function retry(...args: readonly unknown[]): unknown {
  return annotate("retry", args);
}

export const retryDefinition = define({
  name: "retry",
  options: {
    times: numberOption({ min: 0, isWhole: true }),
    delay: durationOption(),
    backoff: numberOption({ min: 1 }),
    maxDelay: durationOption(),
    jitter: flagOption(),
    on: functionOption(),
  },
  settings: (options) => ({
    retry: {
      times: options.times ?? 3,
      delayMs: options.delay ?? 0,
      backoff: options.backoff ?? 1,
      maxDelayMs: options.maxDelay ?? null,
      jitter: options.jitter ?? true,
      hasFilter: options.on !== undefined,
    },
  }),
});

/** The `on` function among a step's decorators, or null; the settings, being plain data, cannot hold it. */
export function retryFilterOf(
  uses: readonly DecoratorUse[],
  configs: Readonly<Record<string, unknown>> = {},
): RetryFilter | null {
  const use = uses.find((candidate) => candidate.decorator === "retry");
  const options = use === undefined ? undefined : (evaluateOptions(use, configs) as RetryOptions | undefined);
  return options?.on ?? null;
}
