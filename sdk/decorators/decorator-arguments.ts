import { type AnyClass, type AnyFunction, noteMethod } from "../base/metadata.ts";
import { MillraceError } from "../base/millrace-error.ts";

/** What a compiler passes to a decorator: `(value, context)` in the standard dialect, `(target, key, descriptor)` in the legacy one. */
export type DecoratorArguments = readonly unknown[];

/** The step method that a decorator stands on, in either dialect, noted for its class; anything else is an error at once. */
export function methodOf(decorator: string, args: DecoratorArguments): AnyFunction {
  const place = isStandard(args) ? standardPlace(args) : legacyPlace(args);
  const method = place.value;
  if (place.isStatic) throw misplaced(decorator, `static ${place.name}`, "remove `static`");
  if (place.isPrivate) throw misplaced(decorator, `private ${place.name}`, "remove the # from its name");
  if (place.kind !== "method" || typeof method !== "function") {
    const isGetter = place.kind === "getter" ? ", without a decorator that makes it a getter" : "";
    throw misplaced(decorator, `${place.kind} ${place.name}`, `put it on a method: \`@step train() { … }\`${isGetter}`);
  }
  if (/Generator/.test(Object.prototype.toString.call(method))) {
    throw misplaced(decorator, `generator ${place.name}`, "remove the *; a step may be async");
  }
  if (place.isSymbol) throw misplaced(decorator, `method ${place.name}`, "give the step a plain name");
  if (place.holder !== undefined) noteMethod(place.holder, { name: place.name, method: method as AnyFunction });
  return method as AnyFunction;
}

/** True for the arguments of the standard dialect. */
export function isStandard(args: DecoratorArguments): args is readonly [unknown, DecoratorContext] {
  const context = args[1];
  return typeof context === "object" && context !== null && "kind" in context;
}

/** True where a compiler applies the decorator itself; false where the user calls it with options. */
export function isApplied(args: DecoratorArguments): boolean {
  return isStandard(args) || typeof args[1] === "string" || typeof args[1] === "symbol";
}

/** The class before which a compiler applies the decorator; null for any other place. */
export function flowClassIn(args: DecoratorArguments): AnyClass | null {
  const isPlace = isStandard(args) ? args[1].kind === "class" : args.length === 1;
  return isPlace && isClass(args[0]) ? args[0] : null;
}

/** True for a class; a function that computes options is none. */
export function isClass(value: unknown): value is AnyClass {
  return typeof value === "function" && Object.getOwnPropertyDescriptor(value, "prototype")?.writable === false;
}

export function misplaced(decorator: string, place: string, hint: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_DECORATOR_MISPLACED",
    headline: `Cannot apply @${decorator} to ${place} because ${RULES[decorator] ?? "it marks the method of a step"}`,
    hint,
  });
}

const RULES: Readonly<Record<string, string>> = {
  parameter: "it declares a field of the flow",
  includeFile: "it declares a field of the flow",
  config: "it declares a field of the flow",
  project: "it marks the class of a flow",
  onExit: "it marks the class of a flow",
  schedule: "it marks the class of a flow",
  trigger: "it marks the class of a flow",
  triggerOnFinish: "it marks the class of a flow",
  queue: "it marks the class of a flow",
  predict: "it marks the method of a service",
};

interface Place {
  /** What is known of the class is kept there; undefined where the compiler is too old to pass it. */
  readonly holder: object | undefined;
  readonly kind: string;
  readonly name: string;
  readonly value: unknown;
  readonly isStatic: boolean;
  readonly isPrivate: boolean;
  readonly isSymbol: boolean;
}

function standardPlace([value, context]: readonly [unknown, DecoratorContext]): Place {
  const isMember = context.kind !== "class";
  return {
    holder: context.metadata,
    kind: context.kind,
    name: String(context.name ?? "(unnamed)"),
    value,
    isStatic: isMember && context.static,
    isPrivate: isMember && context.private,
    isSymbol: typeof context.name === "symbol",
  };
}

function legacyPlace([target, key, given]: DecoratorArguments): Place {
  const isSymbol = typeof key === "symbol";
  if (typeof key !== "string" && !isSymbol) {
    const name = typeof target === "function" ? target.name : "(unnamed)";
    return { holder: undefined, kind: "class", name, value: target, isStatic: false, isPrivate: false, isSymbol };
  }
  const name = String(key);
  const found = given ?? Object.getOwnPropertyDescriptor(Object(target), key);
  const descriptor = found as PropertyDescriptor | undefined;
  const kind = descriptor === undefined || "initializer" in descriptor ? "field" : descriptor.get ? "getter" : "method";
  return {
    holder: target as object,
    kind: descriptor?.set && !descriptor.get ? "setter" : kind,
    name,
    value: descriptor?.value,
    isStatic: typeof target === "function",
    isPrivate: false,
    isSymbol,
  };
}
