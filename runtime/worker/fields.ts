import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { loadArtifact, saveArtifact } from "../datastore/load-artifact.ts";
import type { Blobs } from "../datastore/blobs.ts";
import type { ArtifactRef, ArtifactTable } from "../datastore/records.ts";
import { messageOf } from "../../sdk/base/message-of.ts";

/** An artifact that a predecessor left, as it lies over a field. */
interface Laid {
  readonly ref: ArtifactRef;
  isLoaded: boolean;
  loaded: unknown;
}

export interface SaveOptions {
  readonly isLenient: boolean;
  readonly step: string;
}

/** More laid fields than this are looked up rather than laid out. */
const MANY_FIELDS = 32;

/** The fields of a flow's instance: laid over with stored artifacts before the step, read off after it. */
export class Fields {
  readonly #instance: Record<string, unknown>;
  readonly #blobs: Blobs;
  readonly #parameters: ReadonlySet<string>;
  /** What the initializers made. */
  readonly #initial = new Map<string, unknown>();
  readonly #laid = new Map<string, Laid>();

  constructor(instance: object, options: { blobs: Blobs; parameters: ArtifactTable }) {
    this.#instance = instance as Record<string, unknown>;
    this.#blobs = options.blobs;
    this.#parameters = new Set(Object.keys(options.parameters));
    for (const name of Object.getOwnPropertyNames(instance)) {
      const value = this.#instance[name];
      this.#initial.set(name, value);
      if (value === undefined) this.#watchDeclared(name);
    }
    for (const [name, ref] of Object.entries(options.parameters)) this.#layParameter(name, ref);
  }

  /** Lays stored artifacts over the fields; each is loaded when it is first read. */
  lay(table: ArtifactTable): void {
    for (const [name, ref] of Object.entries(table)) {
      if (this.#parameters.has(name)) continue;
      const laid: Laid = { ref, isLoaded: false, loaded: undefined };
      this.#laid.set(name, laid);
      Object.defineProperty(this.#instance, name, {
        configurable: true,
        enumerable: true,
        get: () => {
          laid.loaded = loadArtifact(this.#blobs, name, ref);
          laid.isLoaded = true;
          this.set(name, laid.loaded);
          return laid.loaded;
        },
        set: (value) => this.set(name, value),
      });
    }
    if (this.#laid.size > MANY_FIELDS) becomeDictionary(this.#instance);
  }

  set(name: string, value: unknown): void {
    Object.defineProperty(this.#instance, name, { configurable: true, enumerable: true, writable: true, value });
  }

  /** Makes a field `undefined` unless the step itself gave it a value. */
  clear(name: string): void {
    const descriptor = Object.getOwnPropertyDescriptor(this.#instance, name);
    if (descriptor?.get !== undefined && this.#laid.has(name)) this.set(name, undefined);
  }

  /** True if the step gave the field another value than its initializer. */
  isAssigned(name: string): boolean {
    if (!Object.hasOwn(this.#instance, name)) return false;
    const laid = this.#laid.get(name);
    // An object that was loaded may have been changed in place.
    if (laid !== undefined)
      return (
        !this.#isUntouched(name) &&
        (Object(laid.loaded) === laid.loaded || !Object.is(this.#instance[name], laid.loaded))
      );
    const descriptor = Object.getOwnPropertyDescriptor(this.#instance, name);
    return descriptor?.get === undefined && !Object.is(this.#instance[name], this.#initial.get(name));
  }

  isParameter(name: string): boolean {
    return this.#parameters.has(name);
  }

  /**
   * Stores every artifact; what nobody touched passes on as the reference it was.
   * @param options - `isLenient`: what cannot be stored keeps its former value, with a warning; else it is an error.
   *   `step`: the one that ends, for warnings
   */
  save({ isLenient, step }: SaveOptions): ArtifactTable {
    const table: [string, ArtifactRef][] = [];
    for (const name of Object.getOwnPropertyNames(this.#instance)) {
      if (isPrivate(name) || this.#parameters.has(name)) continue;
      const ref = isLenient ? this.#saveIfPossible(name) : this.#save(name);
      if (ref !== null) table.push([name, ref]);
      else if (this.#isOwnFunction(name)) process.stderr.write(`warning: ${holdsFunction(name, step)}\n`);
    }
    // An assignment would take `__proto__` for something else.
    return Object.fromEntries(table);
  }

  /** True while the field still is what was laid over it, never read. */
  #isUntouched(name: string): boolean {
    const laid = this.#laid.get(name);
    return laid?.isLoaded === false && Object.getOwnPropertyDescriptor(this.#instance, name)?.get !== undefined;
  }

  /** True for a function that ends with this task: neither an initializer nor the class gives it to the next one. */
  #isOwnFunction(name: string): boolean {
    const value = Object.getOwnPropertyDescriptor(this.#instance, name)?.value as unknown;
    if (typeof value !== "function" || value === this.#initial.get(name)) return false;
    return !(name in (Object.getPrototypeOf(this.#instance) as object));
  }

  #saveIfPossible(name: string): ArtifactRef | null {
    try {
      return this.#save(name);
    } catch (error) {
      process.stderr.write(`warning: ${messageOf(error)}\n`);
      return this.#laid.get(name)?.ref ?? null;
    }
  }

  #save(name: string): ArtifactRef | null {
    const descriptor = Object.getOwnPropertyDescriptor(this.#instance, name);
    const laid = this.#laid.get(name);
    if (laid !== undefined && this.#isUntouched(name)) return laid.ref;
    if (descriptor?.get !== undefined && this.#initial.has(name) && this.#initial.get(name) === undefined) return null;
    const value = this.#instance[name];
    if (typeof value === "function") return null;
    const isSamePrimitive = laid?.isLoaded === true && Object(value) !== value && Object.is(value, laid.loaded);
    return isSamePrimitive ? laid.ref : saveArtifact(this.#blobs, name, value);
  }

  /** `x!: T` makes a property that is `undefined` and no artifact, until the step assigns it, if only `undefined`. */
  #watchDeclared(name: string): void {
    Object.defineProperty(this.#instance, name, {
      configurable: true,
      enumerable: true,
      get: () => undefined,
      set: (value) => this.set(name, value),
    });
  }

  #layParameter(name: string, ref: ArtifactRef): void {
    let cached: { value: unknown } | null = null;
    Object.defineProperty(this.#instance, name, {
      configurable: false,
      enumerable: true,
      get: () => (cached ??= { value: deepFreeze(loadArtifact(this.#blobs, name, ref)) }).value,
      set: () => {
        throw new MillraceError({
          code: "MILLRACE_READ_ONLY",
          headline: `Cannot assign this.${name} because parameters and configuration are read-only`,
          hint: "keep the new value in a field of another name",
        });
      },
    });
  }
}

/** A field of this one name is somebody's data, such as a column, and not meant to be private. */
function isPrivate(name: string): boolean {
  return name.startsWith("_") && name !== "__proto__";
}

function holdsFunction(name: string, step: string): string {
  return `the field ${name} of step ${step} holds a function, which is not stored: make it a method of the class, or a function of the module`;
}

/**
 * V8 redefines one of many accessors in milliseconds, unless the object is a dictionary: removing a property that was not
 * added last makes it one. With few fields it stays what is quick to read in loops.
 */
function becomeDictionary(instance: object): void {
  const spare = [Symbol("first"), Symbol("second")];
  for (const key of spare) Object.defineProperty(instance, key, { configurable: true, value: null });
  for (const key of spare) Reflect.deleteProperty(instance, key);
}

/** Plain arrays and objects; others, such as typed arrays, cannot be frozen or keep their state elsewhere. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
  return value;
}
