import { callerFile } from "../base/caller-file.ts";
import { host } from "../base/host.ts";
import { MillraceError } from "../base/millrace-error.ts";
import { markStep } from "../base/metadata.ts";
import type { Refused } from "../base/refused.ts";
import type { StepDecorator, StepMethod } from "./step-decorator.ts";
import { isApplied, methodOf } from "./decorator-arguments.ts";

/** Options of {@link step}. */
export interface StepOptions {
  /**
   * The flow begins here, whatever the method is called.
   * @defaultValue true for a step called `start`, if no other says so
   */
  readonly start?: boolean;
  /**
   * The flow ends here, whatever the method is called.
   * @defaultValue true for a step called `end`, if no other says so
   */
  readonly end?: boolean;
}

/**
 * Marks a method as a step of the flow. It only annotates: the method itself stays what it is.
 *
 * @example
 * ```ts
 * class HelloFlow extends FlowSpec {
 *   @step start() {
 *     this.next(this.finish);
 *   }
 *   @step({ end: true }) finish() {}
 * }
 * ```
 *
 * Plain JavaScript applies it by hand:
 * `step(F.prototype, "start", Object.getOwnPropertyDescriptor(F.prototype, "start"))`.
 */
export function step(): StepDecorator;
export function step(options: StepOptions): StepDecorator;
export function step<Method extends StepMethod>(
  method: Method,
  // Of the whole context a method with an argument is no strict subtype, and the mistakes below would come first.
  context: Pick<ClassMethodDecoratorContext, "kind">,
): void;
export function step<Method extends StepMethod>(
  target: object,
  name: string,
  descriptor: TypedPropertyDescriptor<Method> | undefined,
): void;
/** @hidden Mistakes, in the standard dialect. */
export function step<Context extends DecoratorContext>(value: unknown, context: Context): MisplacedStep<Context>;
/** @hidden Mistakes, in the legacy dialect. */
export function step<Name extends string, Descriptor = undefined>(
  target: object,
  name: Name,
  descriptor?: Descriptor,
): MisplacedLegacyStep<Name, Descriptor>;
export function step(...args: readonly unknown[]): unknown {
  if (isApplied(args)) return mark(args, {}, placeOf(step));
  if (typeof args[0] === "function") return mark(args, {}, null);
  const options = checked(args[0]);
  const apply = (...place: readonly unknown[]): void => mark(place, options, placeOf(apply));
  return apply;
}

// Written out, as the compiler shows the name of an alias in place of what it stands for.

type MisplacedStep<Context> = Context extends ClassMethodDecoratorContext
  ? Refused<"a step takes one argument at most, an item or a join's inputs, and returns nothing">
  : Context extends ClassFieldDecoratorContext & { readonly name: infer Name extends string }
    ? Refused<`a step is a method: write ${Name}() { … }`>
    : Refused<"a step is a method of the flow's class">;

type MisplacedLegacyStep<Name extends string, Descriptor> = Descriptor extends undefined
  ? Refused<`a step is a method: write ${Name}() { … }`>
  : Descriptor extends TypedPropertyDescriptor<infer Value>
    ? Value extends (...args: never) => unknown
      ? Refused<"a step takes one argument at most, an item or a join's inputs, and returns nothing">
      : Refused<"a step is a method of the flow's class">
    : never;

/** A task needs no places, and evaluates its flow again for each attempt: reading the stack would cost more than the rest. */
function placeOf(callee: (...args: never[]) => unknown): string | null {
  return host().isTaskProcess === true ? null : callerFile(callee);
}

function mark(place: readonly unknown[], options: StepOptions, file: string | null): void {
  markStep(methodOf("step", place), { start: options.start ?? false, end: options.end ?? false, file });
}

function checked(options: unknown): StepOptions {
  const given = options ?? {};
  for (const [name, value] of Object.entries(given)) {
    if ((name === "start" || name === "end") && (typeof value === "boolean" || value === undefined)) continue;
    throw new MillraceError({
      code: "MILLRACE_DECORATOR_OPTION",
      headline: `Cannot use @step with ${name}: ${JSON.stringify(value)} because its options are start and end, true or false`,
      hint: "write `@step`, `@step({ start: true })` or `@step({ end: true })`",
    });
  }
  return given;
}
