import { MillraceError } from "./base/millrace-error.ts";

/** How instances of a class become plain data and come back. */
export interface TypeOptions<T, P> {
  /** Stored with the data; it must stay the same as long as artifacts of this type are to be read. */
  readonly name: string;
  /** Turns an instance into anything that an artifact may hold, other registered instances included. */
  readonly pack: (value: T) => P;
  /** Builds an instance from what `pack` returned. */
  readonly unpack: (packed: P) => T;
}

/** A registered class, as the artifact codec sees it. */
export interface RegisteredType {
  readonly name: string;
  readonly pack: (value: object) => unknown;
  readonly unpack: (packed: unknown) => unknown;
}

/**
 * Teaches artifacts to hold instances of a class. Only exact instances count, not those of subclasses.
 *
 * Registering a name again replaces what it stood for, as a flow's modules are evaluated afresh for every task.
 *
 * @param type - the class
 * @param options - its stored name and the two functions; both must be synchronous
 * @throws MillraceError `MILLRACE_BAD_TYPE` when an argument cannot be used
 *
 * @example
 * ```ts
 * class Movie {
 *   title: string;
 *   year: number;
 *   constructor(title: string, year: number) {
 *     this.title = title;
 *     this.year = year;
 *   }
 * }
 * registerType(Movie, {
 *   name: "Movie",
 *   pack: (movie) => [movie.title, movie.year] as const,
 *   unpack: ([title, year]) => new Movie(title, year),
 * });
 * ```
 */
export function registerType<T extends object, P>(
  type: abstract new (...args: never[]) => T,
  options: TypeOptions<T, P>,
): void {
  checkArguments(type, options);
  const registered = {
    name: options.name,
    pack: options.pack as unknown as RegisteredType["pack"],
    unpack: options.unpack as RegisteredType["unpack"],
  };
  const { byName, byPrototype } = registry();
  byName.set(options.name, registered);
  byPrototype.set(type.prototype as object, registered);
}

/** The registration of the class that `value` is an exact instance of. */
export function registeredTypeOf(value: object): RegisteredType | undefined {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null ? undefined : registry().byPrototype.get(prototype);
}

/** The registration that `name` stands for. */
export function registeredTypeNamed(name: string): RegisteredType | undefined {
  return registry().byName.get(name);
}

/**
 * Notes what each name stands for now; the returned function makes it so again. For a process that evaluates a flow's
 * file beside its own copy of it, and goes on to read artifacts with that.
 */
export function noteTypes(): () => void {
  const known = new Map(registry().byName);
  return () => {
    for (const [name, type] of known) registry().byName.set(name, type);
  };
}

interface TypeRegistry {
  readonly byName: Map<string, RegisteredType>;
  readonly byPrototype: WeakMap<object, RegisteredType>;
}

/** On `globalThis`, as a flow's bundle and the worker may each bring a copy of this module. */
function registry(): TypeRegistry {
  const key = Symbol.for("millrace.types");
  const holder = globalThis as { [key]?: TypeRegistry };
  return (holder[key] ??= { byName: new Map(), byPrototype: new WeakMap() });
}

function checkArguments(type: unknown, options: Partial<Record<keyof RegisteredType, unknown>> | undefined): void {
  const problems: string[] = [];
  if (typeof type !== "function" || typeof type.prototype !== "object")
    problems.push("the first argument is not a class");
  else if (type === Object || type === Array) problems.push(`${type.name} is plain data already`);
  if (typeof options?.name !== "string" || options.name === "") problems.push("name is not a non-empty string");
  if (typeof options?.pack !== "function") problems.push("pack is not a function");
  if (typeof options?.unpack !== "function") problems.push("unpack is not a function");
  if (problems.length === 0) return;
  throw new MillraceError({
    code: "MILLRACE_BAD_TYPE",
    headline: `Cannot register a type because ${String(problems[0])}`,
    details: problems.slice(1),
    hint: 'call registerType(Movie, { name: "Movie", pack: (movie) => data, unpack: (data) => new Movie(data) })',
  });
}
