import type { Refused } from "../base/refused.ts";
import type { ClassDecorator } from "./class-decorator.ts";

/** A step's method: it takes nothing, a foreach item or a join's inputs. */
export type StepMethod = (argument: never) => void | Promise<void>;

/**
 * A decorator of step methods, in the standard and the legacy dialect. The standard one also tells it the class of the
 * flow, from which an editor knows the fields while its options are written.
 */
export interface StepDecorator<Flow = unknown> {
  <Method extends StepMethod>(method: Method, context: ClassMethodDecoratorContext<Flow>): void;
  <Method extends StepMethod>(
    target: object,
    name: string,
    descriptor: TypedPropertyDescriptor<Method> | undefined,
  ): void;
}

/** A decorator of one step, or before the class, where it holds for every step. */
export interface StepOrClassDecorator extends StepDecorator, ClassDecorator {}

/** A decorator of fields, in the standard and the legacy dialect. */
export interface FieldDecorator {
  (value: undefined, context: ClassFieldDecoratorContext): void;
  (target: object, name: string, descriptor?: undefined): void;
}

/** Options of a decorator, or a function that computes them from the flow's `@config` values. */
export type OptionsOrFactory<Options> =
  // Configurations are whatever the user's files hold; a wrong use shows when the options are checked.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  Options | ((configs: any) => Options) | UncalledBeforeClass;

/** No class is one: with its constructor the compiler compares a class that the legacy dialect passes for options. */
type UncalledBeforeClass = abstract new () => Refused<"a decorator with options needs parentheses: write @name()">;

/** What a compiler passes to a decorator beside the class, method or field: its context or, in the legacy dialect, its name. */
export type DecoratorPlace = DecoratorContext | string | symbol;

/** A number of seconds, or a text with a unit: `"500ms"`, `"10s"`, `"5m"`, `"1h"`, `"1d"`. */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h" | "d"}`;
