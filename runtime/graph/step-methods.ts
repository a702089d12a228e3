import {
  type AnyClass,
  type AnyFunction,
  type DecoratorUse,
  decoratorUsesOf,
  methodsSeen,
  type StepMark,
  stepMarkOf,
  usesForEveryStep,
} from "../../sdk/base/metadata.ts";

/** A method that is a step of a flow class. */
export interface FoundStep {
  readonly name: string;
  /** What an instance has under the name. */
  readonly fn: AnyFunction;
  /** What stood there when decorators of ours were applied, the innermost first: others may wrap it. */
  readonly seen: readonly AnyFunction[];
  readonly mark: StepMark;
  /** The class whose body holds the method. */
  readonly owner: AnyClass;
  /** True where a class overrides an inherited step and forgets `@step`. */
  readonly isUnmarkedOverride: boolean;
  /** True where a decorator put a getter in the place of the method. */
  readonly isGetter: boolean;
}

/**
 * The steps of a flow class in the order of declaration, base classes first.
 *
 * @param Flow - any class; its base classes count as well
 * @returns step name to method; an override stands where the step was first declared
 */
export function stepMethods(Flow: AnyClass): ReadonlyMap<string, FoundStep> {
  const steps = new Map<string, FoundStep>();
  for (const owner of classesOf(Flow)) {
    const seenHere = methodsSeen(owner);
    for (const [name, property] of ownProperties(owner)) {
      const seen = seenHere.get(name) ?? [];
      const fn = methodIn(property) ?? (property.get === undefined ? undefined : seen.at(-1));
      if (fn === undefined) continue;
      const mark = markOf(fn, seen);
      const inherited = steps.get(name);
      const isGetter = property.get !== undefined;
      if (mark !== undefined) steps.set(name, { name, fn, seen, mark, owner, isUnmarkedOverride: false, isGetter });
      else if (inherited !== undefined)
        steps.set(name, { name, fn, seen, mark: inherited.mark, owner, isUnmarkedOverride: true, isGetter });
    }
  }
  return steps;
}

/** One step's method as an instance sees it; null where the class has no such step. */
export function findStep(Flow: AnyClass, name: string): Pick<FoundStep, "fn" | "seen" | "owner"> | null {
  for (const owner of classesOf(Flow).reverse()) {
    const property = Object.getOwnPropertyDescriptor(owner.prototype, name);
    if (property === undefined) continue;
    const fn = methodIn(property);
    const seen = methodsSeen(owner).get(name) ?? [];
    return fn === undefined || markOf(fn, seen) === undefined ? null : { fn, seen, owner };
  }
  return null;
}

/** True where something put another function in the place of the method that the class's body holds. */
export function isWrapped({ fn, owner }: Pick<FoundStep, "fn" | "owner">): boolean {
  return !sourceOf(owner).includes(sourceOf(fn));
}

/** The decorators of a step, then those of its classes, the nearest class first. */
export function usesOfStep(Flow: AnyClass, { fn, seen }: Pick<FoundStep, "fn" | "seen">): readonly DecoratorUse[] {
  const own = new Set([fn, ...[...seen].reverse()]);
  return [...[...own].flatMap(decoratorUsesOf), ...usesForEveryStep(Flow)];
}

/** The name under which a flow class knows a step's method; a base class's version of an overridden step counts too. */
export function stepNameOf(Flow: AnyClass, fn: unknown): string | undefined {
  const steps = stepMethods(Flow);
  for (const step of steps.values()) if (step.fn === fn) return step.name;
  for (const owner of classesOf(Flow)) {
    for (const [name, method] of ownMethods(owner)) if (method === fn && steps.has(name)) return name;
  }
  return undefined;
}

/** Every method by name as an instance sees it, steps or not. */
export function methodsOf(Flow: AnyClass): ReadonlyMap<string, AnyFunction> {
  return new Map(classesOf(Flow).flatMap((owner) => ownMethods(owner)));
}

/** A property of a flow class that is read and written by functions. */
export interface AccessorPair {
  readonly name: string;
  /** Source of the function that reads it. */
  readonly getter: string;
}

/** Getters that have a setter as well, the base classes' included. */
export function accessorPairs(Flow: AnyClass): readonly AccessorPair[] {
  const pairs = classesOf(Flow).flatMap((owner) =>
    Object.entries(Object.getOwnPropertyDescriptors(owner.prototype as object)).flatMap(([name, { get, set }]) =>
      get === undefined || set === undefined ? [] : [{ name, getter: String(get) }],
    ),
  );
  return [...new Map(pairs.map((pair) => [pair.name, pair])).values()];
}

/** The method that `super.name` means inside `owner`. */
export function superMethod(owner: AnyClass, name: string): { fn: AnyFunction; owner: AnyClass } | undefined {
  for (const base of classesOf(owner).slice(0, -1).reverse()) {
    const method = ownMethods(base).find(([candidate]) => candidate === name);
    if (method !== undefined) return { fn: method[1], owner: base };
  }
  return undefined;
}

/** A class and its base classes, base classes first. */
export function classesOf(Flow: AnyClass): AnyClass[] {
  const classes: AnyClass[] = [];
  for (let cls: unknown = Flow; isClass(cls); cls = Object.getPrototypeOf(cls)) classes.unshift(cls);
  return classes;
}

function isClass(value: unknown): value is AnyClass {
  return typeof value === "function" && typeof value.prototype === "object" && value !== Object;
}

function ownMethods(owner: AnyClass): [string, AnyFunction][] {
  return ownProperties(owner).flatMap(([name, property]): [string, AnyFunction][] => {
    const method = methodIn(property);
    return method === undefined ? [] : [[name, method]];
  });
}

function ownProperties(owner: AnyClass): [string, PropertyDescriptor][] {
  return Object.entries(Object.getOwnPropertyDescriptors(owner.prototype as object)).filter(
    ([name]) => name !== "constructor",
  );
}

function methodIn({ value }: PropertyDescriptor): AnyFunction | undefined {
  return typeof value === "function" ? (value as AnyFunction) : undefined;
}

function markOf(fn: AnyFunction, seen: readonly AnyFunction[]): StepMark | undefined {
  return stepMarkOf(fn) ?? seen.map(stepMarkOf).find((mark) => mark !== undefined);
}

function sourceOf(fn: AnyFunction | AnyClass): string {
  return Function.prototype.toString.call(fn);
}
