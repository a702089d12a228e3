import type { StandardSchemaV1 } from "@standard-schema/spec";
import { isApplied } from "./decorators/decorator-arguments.ts";
import type { FieldDecorator } from "./decorators/step-decorator.ts";
import type { CheckedParameter } from "./checked-parameter.ts";
import { declareField, type FieldOptionNames } from "./declare-field.ts";

/** Options of {@link parameter}. */
export interface ParameterOptions<Output = unknown, Choice = string | number | boolean> {
  /** What the parameter means, for `--help`. */
  readonly help?: string;
  /** Type and rules, where the default does not say them: a schema of zod, valibot, arktype or any other Standard Schema. */
  readonly schema?: StandardSchemaV1<unknown, Output>;
  /**
   * A run without a value is refused.
   * @defaultValue false
   */
  readonly required?: boolean;
  /**
   * Environment variable that gives the value.
   * @defaultValue `MILLRACE_PARAM_` and the name in capitals
   */
  readonly env?: string;
  /** The only values allowed. */
  readonly choices?: readonly Choice[];
  /**
   * Left out of `--help`.
   * @defaultValue false
   */
  readonly hidden?: boolean;
}

/** A decorator of fields that can keep what a schema gives and what can be chosen; only the standard dialect tells their type. */
export interface ParameterDecorator<Output, Choice> {
  <Value>(
    value: undefined,
    context: ClassFieldDecoratorContext<unknown, Value>,
  ): CheckedParameter<Value, Output, Choice>;
  (target: object, name: string, descriptor?: undefined): void;
}

/**
 * Makes a field a parameter of the run: a read-only artifact that the command line can set.
 *
 * The field's initial value is the default and, without a schema, gives the type.
 *
 * @example
 * ```ts
 * class TrainFlow extends FlowSpec {
 *   @parameter({ help: "step of the descent" }) learningRate = 0.1; // --learning-rate 0.2
 *   @parameter verbose = false; // --verbose
 * }
 * ```
 */
export function parameter(): FieldDecorator;
export function parameter<Output = unknown, Choice extends string | number | boolean = never>(
  options: ParameterOptions<Output, Choice>,
): CheckingDecorator<Output, Choice>;
export function parameter(value: undefined, context: ClassFieldDecoratorContext): void;
export function parameter(target: object, name: string, descriptor?: undefined): void;
export function parameter(...args: readonly unknown[]): unknown {
  if (isApplied(args)) return declareField("parameter", { options: {}, known: OPTIONS })(...(args as [object, string]));
  return declareField("parameter", { options: args[0] ?? {}, known: OPTIONS });
}

const OPTIONS: FieldOptionNames<ParameterOptions> = {
  ...{ help: true, schema: true, required: true },
  ...{ env: true, choices: true, hidden: true },
};

// Without strictNullChecks the undefined that a bare @parameter gets is taken for options, so what comes back must fit a field.
type CheckingDecorator<Output, Choice> = undefined extends object
  ? // eslint-disable-next-line @typescript-eslint/no-explicit-any
    any
  : ParameterDecorator<Output, Choice>;
