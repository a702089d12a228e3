import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import { registeredTypeNamed } from "../../../sdk/register-type.ts";
import { damaged, unpackFailed, unregisteredType } from "./failures.ts";
import { Mark } from "./mark.ts";
import type { PartReader } from "./part-reader.ts";
import { ERROR_CLASSES, HIDDEN_ERROR_KEYS } from "./builtin-form.ts";

/** From here on, arrays of mostly holes are kept as dictionaries. */
const SPARSE_FACTOR = 16;

/** Turns a tree with markers into the value: plain arrays and objects in place, markers into what they stand for. */
export class Reviver {
  readonly #parts: PartReader;
  readonly #artifact: string;
  /** The objects by number; undefined while a registered instance is being unpacked. */
  readonly #objects: (object | undefined)[] = [];

  constructor(parts: PartReader, artifact: string) {
    this.#parts = parts;
    this.#artifact = artifact;
  }

  /** One frame per level, as the stack must hold the deepest value: what a marker needs besides is done before and after. */
  revive(node: unknown): unknown {
    if (typeof node !== "object" || node === null) return node;
    if (!Array.isArray(node)) return this.#plainObject(node as Record<string, unknown>);
    const mark = typeof node[0] === "bigint" ? (Number(node[0]) as Mark) : undefined;
    if (mark !== undefined && mark <= Mark.reference) return this.#leaf(mark, node[1]);
    const number = this.#objects.push(mark === undefined ? node : this.#start(mark, node)) - 1;
    for (let index = 0; index < node.length; index++) {
      const child: unknown = node[index];
      if (typeof child === "object" && child !== null) node[index] = this.revive(child);
    }
    if (mark === undefined) return node;
    const value = this.#finish(mark, node, this.#objects[number]);
    if (typeof value === "object" && value !== null) this.#objects[number] = value;
    return value;
  }

  #plainObject(node: Record<string, unknown>): object {
    this.#objects.push(node);
    for (const key of Object.keys(node)) {
      const child = node[key];
      if (typeof child === "object" && child !== null) node[key] = this.revive(child);
    }
    return node;
  }

  /** Markers for what is no object, or none of its own. */
  #leaf(mark: Mark, field: unknown): unknown {
    switch (mark) {
      case Mark.undefined:
        return undefined;
      case Mark.nan:
        return NaN;
      case Mark.negativeZero:
        return -0;
      case Mark.bigint:
        return this.#bigint(field);
      case Mark.text:
        return this.#typed(JSON.parse(this.#typed(field, "string")), "string");
      default:
        return this.#reference(field);
    }
  }

  /** The object, still empty, so that its fields can refer to it; undefined where nothing inside can. */
  #start(mark: Mark, fields: readonly unknown[]): object | undefined {
    switch (mark) {
      case Mark.object:
        return {};
      case Mark.nullObject:
        return Object.create(null) as object;
      case Mark.sparseArray:
        return this.#emptyArray(this.#typed(fields[1], "number"), fields.length);
      case Mark.keyedArray:
        return this.#emptyArray(this.#typed(fields[1], "number"), fields.length);
      case Mark.map:
        return new Map();
      case Mark.set:
        return new Set();
      case Mark.error:
        return this.#emptyError(this.#typed(fields[1], "string"));
      default:
        return undefined;
    }
  }

  /** The value, now that its fields are revived; `fields[0]` is the mark itself. */
  #finish(mark: Mark, fields: readonly unknown[], target: object | undefined): unknown {
    switch (mark) {
      case Mark.object:
      case Mark.nullObject:
        return this.#define(target as object, fields, 1);
      case Mark.sparseArray:
        return this.#fillArray(target as unknown[], fields, 2);
      case Mark.keyedArray:
        return this.#fillKeyedArray(target as unknown[], fields);
      case Mark.map:
        for (let at = 1; at + 1 < fields.length; at += 2)
          (target as Map<unknown, unknown>).set(fields[at], fields[at + 1]);
        return target;
      case Mark.set:
        for (let at = 1; at < fields.length; at++) (target as Set<unknown>).add(fields[at]);
        return target;
      case Mark.date:
        return new Date(this.#typed(fields[1], "number"));
      case Mark.regexp:
        return new RegExp(this.#typed(fields[1], "string"), this.#typed(fields[2], "string"));
      case Mark.error:
        return this.#fillError(target as Error, fields);
      case Mark.boxed:
        if (fields[1] === null || fields[1] === undefined) throw this.#nonsense("a box around nothing");
        return Object(fields[1]) as object;
      case Mark.registered:
        return this.#unpack(this.#typed(fields[1], "string"), fields[2]);
      case Mark.view:
        return this.#parts.view({ kind: fields[1], length: fields[2], part: fields[3], offset: fields[4] });
      default:
        throw this.#nonsense(`an unknown marker ${String(mark)}`);
    }
  }

  #reference(number: unknown): object {
    const object = typeof number === "number" ? this.#objects[number] : undefined;
    if (object === undefined) throw this.#nonsense("a reference that leads nowhere");
    return object;
  }

  #define<T extends object>(target: T, fields: readonly unknown[], from: number): T {
    for (let at = from; at < fields.length; at += 2) {
      const key = this.#typed(fields[at], "string");
      // Defined, not assigned: the key may be `__proto__`.
      const property = { value: fields[at + 1], writable: true, enumerable: true, configurable: true };
      Object.defineProperty(target, key, property);
    }
    return target;
  }

  #emptyArray(length: number, fieldCount: number): unknown[] {
    if (!(Number.isInteger(length) && length >= 0 && length < 2 ** 32))
      throw this.#nonsense(`an array of ${length} elements`);
    if (length <= SPARSE_FACTOR * fieldCount) return new Array<unknown>(length);
    // An array made this long is a dictionary and stays one, so that a length costs no memory.
    const array = new Array<unknown>(2 ** 32 - 1);
    array.length = length;
    return array;
  }

  #fillArray(array: unknown[], fields: readonly unknown[], from: number): unknown[] {
    for (let at = from; at + 1 < fields.length; at += 2) {
      const index = this.#typed(fields[at], "number");
      if (!(Number.isInteger(index) && index >= 0 && index < array.length))
        throw this.#nonsense("an index past its array");
      array[index] = fields[at + 1];
    }
    return array;
  }

  #fillKeyedArray(array: unknown[], fields: readonly unknown[]): unknown[] {
    const count = this.#typed(fields[2], "number");
    if (!(Number.isInteger(count) && count >= 0 && count <= array.length && count + 3 <= fields.length))
      throw this.#nonsense(`${count} elements of an array of ${array.length}`);
    for (let at = 0; at < count; at++) array[at] = fields[at + 3];
    const names = fields.findIndex(
      (field, at) => at >= count + 3 && (at - count) % 2 === 1 && typeof field === "string",
    );
    if (names < 0) return this.#fillArray(array, fields, count + 3);
    this.#fillArray(array, fields.slice(0, names), count + 3);
    return this.#define(array, fields, names);
  }

  #emptyError(name: string): Error {
    if (!ERROR_CLASSES.includes(name)) throw this.#nonsense(`an error class ${JSON.stringify(name)}`);
    const type = (globalThis as unknown as Record<string, unknown>)[name] as new (errors: []) => Error;
    const error = new type([]);
    for (const key of Object.getOwnPropertyNames(error)) Reflect.deleteProperty(error, key);
    return error;
  }

  #fillError(error: object, fields: readonly unknown[]): object {
    this.#define(error, fields, 2);
    for (const key of HIDDEN_ERROR_KEYS) {
      if (Object.hasOwn(error, key)) Object.defineProperty(error, key, { enumerable: false });
    }
    return error;
  }

  #unpack(name: string, packed: unknown): unknown {
    const type = registeredTypeNamed(name);
    if (type === undefined) throw unregisteredType(this.#artifact, name);
    try {
      return type.unpack(packed);
    } catch (cause) {
      throw isMillraceError(cause) ? cause : unpackFailed(this.#artifact, name, cause);
    }
  }

  #bigint(field: unknown): bigint {
    const text = this.#typed(field, "string");
    if (!/^-?[0-9a-f]+$/.test(text)) throw this.#nonsense("a malformed bigint");
    return text.startsWith("-") ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`);
  }

  #typed(value: unknown, type: "string"): string;
  #typed(value: unknown, type: "number"): number;
  #typed(value: unknown, type: "string" | "number"): string | number {
    if (typeof value !== type) throw this.#nonsense(`a ${typeof value} in place of a ${type}`);
    return value as string | number;
  }

  #nonsense(seen: string): Error {
    return damaged(this.#artifact, seen);
  }
}
