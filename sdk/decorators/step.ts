import { callerFile } from "../base/caller-file.ts";
import { host } from "../base/host.ts";
import { MillraceError } from "../base/millrace-error.ts";
import { markStep } from "../base/metadata.ts";
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
export function step<Method extends StepMethod>(method: Method, context: ClassMethodDecoratorContext): void;
export function step<Method extends StepMethod>(
  target: object,
  name: string,
  descriptor: TypedPropertyDescriptor<Method> | undefined,
): void;
export function step(options?: StepOptions): StepDecorator;
export function step(...args: readonly unknown[]): unknown {
  if (isApplied(args)) return mark(args, {}, placeOf(step));
  if (typeof args[0] === "function") return mark(args, {}, null);
  const options = checked(args[0]);
  const apply = (...place: readonly unknown[]): void => mark(place, options, placeOf(apply));
  return apply;
}

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
