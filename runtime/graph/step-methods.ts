import { stepMarkOf, type AnyClass, type AnyFunction, type StepMark } from "../../sdk/base/metadata.ts";

/** A method that is a step of a flow class. */
export interface FoundStep {
  readonly name: string;
  readonly fn: AnyFunction;
  readonly mark: StepMark;
  /** The class whose body holds the method. */
  readonly owner: AnyClass;
  /** True where a class overrides an inherited step and forgets `@step`. */
  readonly isUnmarkedOverride: boolean;
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
    for (const [name, fn] of ownMethods(owner)) {
      const mark = stepMarkOf(fn);
      const inherited = steps.get(name);
      if (mark !== undefined) steps.set(name, { name, fn, mark, owner, isUnmarkedOverride: false });
      else if (inherited !== undefined) {
        steps.set(name, { name, fn, mark: inherited.mark, owner, isUnmarkedOverride: true });
      }
    }
  }
  return steps;
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
export function classesOf(Flow: AnyClass): readonly AnyClass[] {
  const classes: AnyClass[] = [];
  for (let cls: unknown = Flow; isClass(cls); cls = Object.getPrototypeOf(cls)) classes.unshift(cls);
  return classes;
}

function isClass(value: unknown): value is AnyClass {
  return typeof value === "function" && typeof value.prototype === "object" && value !== Object;
}

function ownMethods(owner: AnyClass): [string, AnyFunction][] {
  const methods: [string, AnyFunction][] = [];
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(owner.prototype as object))) {
    const value: unknown = property.value;
    if (name !== "constructor" && typeof value === "function") methods.push([name, value as AnyFunction]);
  }
  return methods;
}
