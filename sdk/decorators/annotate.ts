import { addDecoratorUse } from "../base/metadata.ts";
import type { StepDecorator } from "./step-decorator.ts";
import { isApplied, methodOf, misplaced } from "./decorator-arguments.ts";

/** What `@name(options)` does: note the options on the step's method, and nothing else. */
export function annotate(decorator: string, args: readonly unknown[]): StepDecorator {
  if (isApplied(args)) throw misplaced(decorator, "a step without ()", `write @${decorator}()`);
  const options = args[0] ?? {};
  return (...place: readonly unknown[]): void => {
    addDecoratorUse(methodOf(decorator, place), { decorator, options });
  };
}
