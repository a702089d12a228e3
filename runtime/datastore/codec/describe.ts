import { types } from "node:util";
import { registeredTypeOf } from "../../../sdk/register-type.ts";
import { classNameOf } from "./builtin-name-of.ts";

/** A short name of what `value` is, for people: "number", "Array(12)", "Map(3)", "Float32Array(1000)", "Movie". */
export function describe(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  const registered = registeredTypeOf(value);
  if (registered !== undefined) return registered.name.replace(/^millrace(\/[\w-]+)?#/, "");
  const length = lengthOf(value);
  const name = classNameOf(value);
  return length === undefined ? name : `${name}(${length})`;
}

function lengthOf(value: object): number | undefined {
  if (Array.isArray(value)) return value.length;
  if (types.isMap(value) || types.isSet(value)) return value.size;
  if (types.isTypedArray(value)) return value.length;
  if (ArrayBuffer.isView(value) || types.isArrayBuffer(value)) return value.byteLength;
  return undefined;
}
