import { addDecoratorUse, addUseForEveryStep, type DecoratorUse } from "../base/metadata.ts";
import type { StepDecorator, StepOrClassDecorator } from "./step-decorator.ts";
import { flowClassIn, isApplied, isClass, methodOf, misplaced } from "./decorator-arguments.ts";

/** What `@name(options)` does: note the options on the step's method, or on the class for all its steps; nothing else. */
export function annotate(decorator: string, args: readonly unknown[]): StepOrClassDecorator {
  const options = optionsIn(decorator, args);
  return (...place: readonly unknown[]): void => applyUse({ decorator, options }, place);
}

/** Notes a use where a compiler applies it. */
export function applyUse(use: DecoratorUse, place: readonly unknown[]): void {
  const flow = flowClassIn(place);
  if (flow === null) addDecoratorUse(methodOf(use.decorator, place), use);
  else addUseForEveryStep(flow, use);
}

/** The same for a decorator that means one step, and has no place before the class. */
export function annotateStep(decorator: string, args: readonly unknown[]): StepDecorator {
  const options = optionsIn(decorator, args);
  return (...place: readonly unknown[]): void => {
    addDecoratorUse(methodOf(decorator, place), { decorator, options });
  };
}

function optionsIn(decorator: string, args: readonly unknown[]): unknown {
  if (!isApplied(args) && !isClass(args[0])) return args[0] ?? {};
  const place = isClass(args[0]) ? "a class" : "a step";
  throw misplaced(decorator, `${place} without ()`, `write @${decorator}(), with its options inside the parentheses`);
}
