import childProcess from "node:child_process";
import crypto from "node:crypto";
import events from "node:events";
import fs from "node:fs";
import module from "node:module";
import net from "node:net";
import path from "node:path";
import stream from "node:stream";
import timers from "node:timers";
import util from "node:util";

/** Built-in objects and the names of their properties that are watched; each is read after every task. */
export function watchedNames(): Map<object, readonly PropertyKey[]> {
  const all = [
    globalThis,
    ...CLASSES.flatMap((one) => [one, one.prototype as object]),
    ...[events, events.prototype, net.Socket.prototype, stream.Writable.prototype],
    ...iteratorPrototypes(),
    ...[JSON, Math, Reflect, console, fs, childProcess, path, process, timers],
  ];
  const names = new Map(all.map((one): [object, readonly PropertyKey[]] => [one, Reflect.ownKeys(one).filter(isUsed)]));
  names.set(crypto, ["createHash", "createHmac", "randomBytes", "randomUUID", "randomInt"]);
  names.set(util, ["inspect", "format", "promisify", "types"]);
  names.set(module, ["_load", "_resolveFilename", "createRequire"]);
  const native = nativeFileSystem();
  if (native !== null) names.set(native, NATIVE_CALLS);
  return names;
}

/** To these nothing may be added: a `toJSON` or `get` there is found where an object has none of its own. */
export const CLOSED: readonly object[] = [
  ...[Object, Array, Function, String, Number, Boolean, Map, Set, Promise, Error, Date].map((one) => one.prototype),
];

/** What is asked of objects that need not have it: by `await`, by `JSON`, by conversions, by code that takes a first item. */
export const FOUND_ANYWHERE: readonly PropertyKey[] = [
  ...["then", "toJSON", "get", "set", "value", "0"],
  ...[Symbol.toPrimitive, Symbol.isConcatSpreadable, Symbol.for("nodejs.util.inspect.custom")],
];

type AnyClass = abstract new (...args: never[]) => unknown;

const TypedArray = Object.getPrototypeOf(Uint8Array) as AnyClass;

const CLASSES: readonly AnyClass[] = [
  ...[Object, Function, Array, String, Number, Boolean, Symbol as unknown as AnyClass, BigInt as unknown as AnyClass],
  ...[Date, RegExp, Map, Set, WeakMap, WeakSet, WeakRef, Promise, Error, Proxy as unknown as AnyClass],
  ...[ArrayBuffer, DataView, TypedArray, Uint8Array, Buffer, AbortController, AbortSignal, EventTarget],
].filter((one) => one.prototype !== undefined);

/** What `fs` calls; libraries that put a file system into memory change this. */
const NATIVE_CALLS = [
  "open",
  "close",
  "read",
  "writeBuffer",
  "writeString",
  "fstat",
  "stat",
  "rename",
  "link",
  "mkdir",
];

/** Leaves out names that Millrace's code does not rely on and that nobody replaces: there are many, and each costs time. */
function isUsed(name: PropertyKey): boolean {
  return typeof name === "symbol" || !UNUSED.some((pattern) => pattern.test(String(name)));
}

/** Properties behind getters that are worth their time; to ask for a getter takes longer than to read a value. */
const GETTERS = new Set(["size", "byteLength", "byteOffset", "buffer", "stdout", "stderr", "crypto", "performance"]);

export function isWatchedGetter(name: PropertyKey): boolean {
  return GETTERS.has(String(name));
}

const BYTES = Uint8Array.of(1, 2, 3).subarray(1);
const SAMPLES = new Map<object, object>([
  [Map.prototype, new Map([[1, 1]])],
  [Set.prototype, new Set([1])],
  [ArrayBuffer.prototype, BYTES.buffer],
  [DataView.prototype, new DataView(BYTES.buffer, 1)],
  [prototypeOf(Uint8Array.prototype), BYTES],
]);

/** An object on which the watched getters of that prototype show what they do. */
export function sampleOf(prototype: object): object | null {
  return SAMPLES.get(prototype) ?? null;
}

/** These can be read like values: they give the object itself, or what was assigned to them. */
export function isReadableGetter(holder: object, name: PropertyKey): boolean {
  return name === Symbol.species || (holder === globalThis && (name === "process" || name === "Buffer"));
}

const UNUSED: readonly RegExp[] = [
  /^(length|name|arguments|caller|input|last.*|left.*|right.*|\$.*|_.*)$/,
  // These are put back with the process: reading an error needs the one that is installed for the flow.
  /^(prepareStackTrace|stackTraceLimit)$/,
  /^(read|write)(U?[iI]nt|Big|Float|Double)/,
  /^[gs]et(UTC|Local)?(Year|Full|Month|Day|Hours|Minutes|Seconds|Milli)/,
  /^(anchor|big|blink|bold|fixed|fontcolor|fontsize|italics|link|small|strike|sub|sup)$/,
];

function iteratorPrototypes(): object[] {
  const iterators: object[] = [[].values(), new Map().values(), new Set().values(), ""[Symbol.iterator]()];
  const generators: object[] = [(function* () {})(), (async function* () {})()];
  const own = [...iterators, ...generators.map(prototypeOf)].map(prototypeOf);
  return [...own, prototypeOf(prototypeOf([].values()))];
}

function prototypeOf(value: object): object {
  return Object.getPrototypeOf(value) as object;
}

function nativeFileSystem(): object | null {
  try {
    return (process as unknown as { binding(name: string): object }).binding("fs");
  } catch {
    // Not in every Node, nor with every permission.
    return null;
  }
}
