import { types } from "node:util";
import { chunksOf } from "../../../sdk/base/byte-chunks.ts";
import { totalBytes } from "../total-bytes.ts";
import { builtinNameOf } from "./builtin-name-of.ts";
import type { Form } from "./form.ts";
import { Mark } from "./mark.ts";
import type { Explanation } from "./unstorable.ts";
import { isDetached } from "./view-collector.ts";

/** Errors carry these as own properties that do not enumerate. */
export const HIDDEN_ERROR_KEYS: readonly string[] = ["name", "message", "stack", "cause", "errors"];
export const ERROR_CLASSES: readonly string[] = [
  "Error",
  "EvalError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError",
  "URIError",
  "AggregateError",
];

/**
 * How an instance of the built-in class `name`, or of a subclass of Error, is written.
 *
 * @returns why not, when there is something about it that cannot be stored; undefined when there is no form for its kind
 */
export function builtinForm(value: object, name: string | undefined): Form | Explanation | undefined {
  const chunks = name === undefined ? chunksOf(value) : undefined;
  if (chunks !== undefined) return { ...leafForm(Mark.view, ["Uint8Array", totalBytes(chunks)]), binary: { chunks } };
  if (ArrayBuffer.isView(value)) return viewForm(value, name);
  if (types.isArrayBuffer(value)) return bufferForm(value, name);
  if (types.isNativeError(value) || value instanceof Error) return errorForm(value);
  if (types.isBoxedPrimitive(value)) return boxedForm(value, name);
  // Own properties of these are left out, as structured clone does.
  if (types.isMap(value) && name === "Map") return mapForm(value);
  if (types.isSet(value) && name === "Set") return setForm(value);
  if (types.isDate(value) && name === "Date") return leafForm(Mark.date, [value.getTime()]);
  if (types.isRegExp(value) && name === "RegExp") return leafForm(Mark.regexp, [value.source, value.flags]);
  return undefined;
}

function leafForm(mark: Mark, fields: readonly unknown[]): Form {
  return { mark, fields, segmentAt: (field) => field };
}

function mapForm(map: Map<unknown, unknown>): Form {
  const fields: unknown[] = [];
  for (const [key, value] of map) fields.push(key, value);
  return {
    mark: Mark.map,
    fields,
    segmentAt: (field) => {
      const key = fields[field - 1];
      if (field % 2 === 0) return { shown: `.keys()[${field >> 1}]` };
      const isSimple = typeof key === "string" || typeof key === "number" || typeof key === "boolean";
      return { shown: isSimple ? `.get(${JSON.stringify(key)})` : `.values()[${field >> 1}]` };
    },
  };
}

function setForm(set: Set<unknown>): Form {
  return { mark: Mark.set, fields: [...set], segmentAt: (field) => ({ shown: `.values()[${field}]` }) };
}

function boxedForm(value: object, name: string | undefined): Form | undefined {
  return name === undefined || types.isSymbolObject(value) ? undefined : leafForm(Mark.boxed, [value.valueOf()]);
}

function errorForm(error: Error): Form {
  const base = errorClassOf(error);
  const properties = error as unknown as Record<string, unknown>;
  const fields: unknown[] = [base];
  if (error.name !== base) fields.push("name", error.name);
  for (const key of HIDDEN_ERROR_KEYS.slice(1)) {
    // A DOMException has its message from its prototype.
    if (Object.hasOwn(error, key) || (key === "message" && error.message !== "")) fields.push(key, properties[key]);
  }
  for (const key of Object.keys(error)) if (!HIDDEN_ERROR_KEYS.includes(key)) fields.push(key, properties[key]);
  return { mark: Mark.error, fields, segmentAt: (field) => fields[Math.max(1, field - 1)] as string };
}

/** The nearest built-in class, as a subclass comes back as what it extends, under its own name. */
function errorClassOf(error: Error): string {
  for (let prototype: unknown = error; prototype !== null; prototype = Object.getPrototypeOf(prototype)) {
    const name = builtinNameOf(prototype as object);
    if (name !== undefined && ERROR_CLASSES.includes(name)) return name;
  }
  return "Error";
}

function viewForm(value: ArrayBufferView, name: string | undefined): Form | Explanation | undefined {
  if (name === undefined || (name === "DataView") !== types.isDataView(value)) return undefined;
  const { buffer, byteOffset, byteLength } = value;
  if (!types.isArrayBuffer(buffer)) return sharedMemory(name);
  if (isDetached(buffer)) return detached(name);
  const length = types.isTypedArray(value) ? value.length : byteLength;
  const binary = { buffer, byteOffset, byteLength, isBuffer: false, isNodeBuffer: name === "Buffer" };
  return { ...leafForm(Mark.view, [name, length]), binary };
}

function bufferForm(buffer: ArrayBuffer, name: string | undefined): Form | Explanation | undefined {
  if (name !== "ArrayBuffer") return undefined;
  if (isDetached(buffer)) return detached(name);
  const binary = { buffer, byteOffset: 0, byteLength: buffer.byteLength, isBuffer: true, isNodeBuffer: false };
  return { ...leafForm(Mark.view, [name, buffer.byteLength]), binary };
}

function sharedMemory(name: string): Explanation {
  return {
    what: `a ${name} on shared memory`,
    type: `${name} on a SharedArrayBuffer`,
    hint: "assign a copy: shared.slice()",
  };
}

function detached(name: string): Explanation {
  return {
    what: `a ${name} whose memory was transferred away`,
    type: `${name} (detached)`,
    hint: "assign it before you transfer its buffer, or transfer a copy",
  };
}
