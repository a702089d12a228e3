import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { classNameOf } from "./builtin-name-of.ts";

/** One step of the way into a value: an index, a key, or text such as `.get("a")` that is shown as it is. */
export type Segment = string | number | { readonly shown: string };

/** What a refused value is, and what to do about it. */
export interface Explanation {
  /** "a function", "an instance of Movie" */
  readonly what: string;
  readonly type: string;
  readonly hint: string;
  readonly cause?: unknown;
}

export interface UnstorablePart extends Explanation {
  readonly artifact: string;
  readonly path: readonly Segment[];
}

/** The error for a value that an artifact cannot hold. */
export function unstorable(finding: UnstorablePart): MillraceError {
  return new MillraceError({
    code: "MILLRACE_UNSTORABLE",
    headline:
      `Cannot store artifact "${finding.artifact}" because ${finding.what} cannot be stored: ` +
      `found at ${showPath(finding.artifact, finding.path)}`,
    details: [`type: ${finding.type}`],
    hint: finding.hint,
    ...(finding.cause === undefined ? {} : { cause: finding.cause }),
  });
}

/** `model.layers[3].activation` */
function showPath(artifact: string, path: readonly Segment[]): string {
  // A cycle-free value may be thousands of levels deep; both ends say where it is.
  const shown = path.length <= 20 ? path : [...path.slice(0, 10), { shown: " … " }, ...path.slice(-5)];
  return artifact + shown.map(showSegment).join("");
}

/** What a value without a stored form is called, and what to do about it. */
export function explain(value: unknown): Explanation {
  const keepOut = "keep it out of the artifacts: start the field's name with _ or make it #private";
  if (typeof value === "function") {
    const isClass = /^class\b/.test(Function.prototype.toString.call(value));
    const what = isClass ? "a class" : "a function";
    const name = value.name === "" ? "(anonymous)" : value.name;
    return { what, type: `${what.slice(2)} ${name}`, hint: `assign plain data instead, or ${keepOut}` };
  }
  if (typeof value === "symbol") {
    return { what: "a symbol", type: String(value), hint: `assign a string instead, or ${keepOut}` };
  }
  // Later Nodes give all iterators one class; their tags tell them apart.
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  const name = Object.hasOwn(REMEDIES, tag) ? tag : classNameOf(value as object);
  const remedy = REMEDIES[name];
  if (remedy !== undefined)
    return { what: `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`, type: name, hint: `${remedy}, or ${keepOut}` };
  if (isArrow(value as object, name))
    return { what: `an Arrow ${name}`, type: name, hint: 'write import "millrace/arrow" in the flow\'s file' };
  return {
    what: `an instance of ${name}`,
    type: `${name} (an instance of a class that is not registered)`,
    hint: `call registerType(${name}, { name: "${name}", pack, unpack }), assign plain data instead, or ${keepOut}`,
  };
}

/** By its look, as its library is not loaded here. */
function isArrow(value: object, name: string): boolean {
  const parts = name === "Vector" ? ["data", "type", "numChildren"] : ["data", "schema", "numCols"];
  return ["Table", "RecordBatch", "Vector"].includes(name) && parts.every((part) => part in value);
}

/** What is said of nesting beyond what the decoder's stack holds. */
export function tooDeep(levels: number): Explanation {
  return {
    what: `a value nested more than ${levels} levels deep`,
    type: "nesting",
    hint: "store it flat: an array of nodes that refer to each other by index",
  };
}

/** What is said of a skeleton that no buffer holds. */
export function tooLarge(): Explanation {
  return {
    what: "more than 2 GiB of objects and text",
    type: "size",
    hint: "hold numbers in typed arrays, which may be of any size, or split the value into several artifacts",
  };
}

const COLLECT = "collect its values in an array: [...values]";
const REMEDIES: Readonly<Record<string, string>> = {
  Promise: "await it before you assign it",
  SharedArrayBuffer: "assign a copy: new Uint8Array(shared).slice()",
  WeakMap: "assign a Map instead",
  WeakSet: "assign a Set instead",
  WeakRef: "assign what it refers to",
  Generator: COLLECT,
  GeneratorFunction: COLLECT,
  AsyncGenerator: "collect its values in an array with for await",
  "Array Iterator": COLLECT,
  "Map Iterator": COLLECT,
  "Set Iterator": COLLECT,
  Symbol: "assign a string instead",
};

function showSegment(segment: Segment): string {
  if (typeof segment === "number") return `[${segment}]`;
  if (typeof segment === "object") return segment.shown;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(segment) ? `.${segment}` : `[${JSON.stringify(segment)}]`;
}
