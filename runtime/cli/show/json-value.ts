import { types } from "node:util";
import { describe } from "../../datastore/codec/describe.ts";
import { isJsonSafe } from "./is-json-safe.ts";

/** Beyond this a branch says only what it is. */
const MAX_DEPTH = 100;
const MAX_NODES = 1_000_000;

/**
 * A value for `--json`: `value` where JSON keeps it as it is, else `plain`, where what JSON lacks is an object with a
 * `$type`: see "Values in JSON" of the page on the datastore.
 */
export function jsonValue(value: unknown): { readonly value: unknown } | { readonly plain: unknown } {
  return isJsonSafe(value) ? { value } : { plain: new Plain().of(value) };
}

class Plain {
  #nodes = 0;
  readonly #above: object[] = [];

  of(value: unknown): unknown {
    this.#nodes += 1;
    switch (typeof value) {
      case "number":
        return Number.isFinite(value) && !Object.is(value, -0) ? value : tagged("number", { value: numberText(value) });
      case "bigint":
        return tagged("bigint", { value: String(value) });
      case "undefined":
        return tagged("undefined", {});
      case "object":
        return value === null ? null : this.#ofObject(value);
      default:
        return value;
    }
  }

  #ofObject(value: object): unknown {
    if (this.#above.includes(value))
      return tagged("circular", { levelsUp: this.#above.length - this.#above.indexOf(value) });
    if (this.#above.length > MAX_DEPTH || this.#nodes > MAX_NODES) return tagged("omitted", { type: describe(value) });
    this.#above.push(value);
    try {
      return this.#ofKind(value);
    } finally {
      this.#above.pop();
    }
  }

  #ofKind(value: object): unknown {
    if (Array.isArray(value)) return Array.from(value, (item) => this.of(item));
    if (types.isMap(value))
      return tagged("Map", { entries: [...value].map(([key, item]) => [this.of(key), this.of(item)]) });
    if (types.isSet(value)) return tagged("Set", { values: [...value].map((item) => this.of(item)) });
    if (types.isDate(value))
      return tagged("Date", { value: Number.isNaN(value.getTime()) ? null : value.toISOString() });
    if (types.isRegExp(value)) return tagged("RegExp", { source: value.source, flags: value.flags });
    if (types.isNativeError(value)) return tagged("Error", { name: value.name, message: value.message });
    if (Buffer.isBuffer(value)) return tagged("Buffer", { base64: value.toString("base64") });
    if (types.isTypedArray(value)) {
      return tagged(value[Symbol.toStringTag], {
        values: Array.from(value as Iterable<unknown>, (item) => this.of(item)),
      });
    }
    if (types.isAnyArrayBuffer(value)) return tagged("ArrayBuffer", { base64: base64Of(value) });
    if (ArrayBuffer.isView(value)) {
      return tagged("DataView", { base64: base64Of(value.buffer, value.byteOffset, value.byteLength) });
    }
    const fields = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.of(item)]));
    const isPlain = Object.getPrototypeOf(value) === Object.prototype && !Object.hasOwn(value, "$type");
    return isPlain ? fields : tagged(describe(value), { fields });
  }
}

function tagged(type: string, more: object): object {
  return { $type: type, ...more };
}

function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function base64Of(buffer: ArrayBufferLike, offset = 0, length = buffer.byteLength): string {
  return Buffer.from(buffer as ArrayBuffer, offset, length).toString("base64");
}
