import { type Attacks, pause, replace } from "./attack.ts";

function broken(): never {
  throw new Error("replaced by a step");
}

/** Built-in objects of the language that a step replaces or adds to. */
export const BUILTINS: Attacks = {
  "JSON.stringify gives nothing": { act: () => replace(JSON, "stringify", () => undefined) },
  "JSON.stringify gives another result": { act: () => replace(JSON, "stringify", () => '{"status":"failed"}') },
  "JSON.parse fails": { act: () => replace(JSON, "parse", broken) },
  "every object has a toJSON": { act: () => replace(Object.prototype, "toJSON", () => null) },
  "every array has a toJSON": { act: () => replace(Array.prototype, "toJSON", () => []) },
  "every object has a get": { act: () => replace(Object.prototype, "get", () => 7) },
  "every object has a hidden setter": {
    act: () => Object.defineProperty(Object.prototype, "kind", { configurable: true, set: broken }),
  },
  "every object has an artifact's hash": { act: () => replace(Object.prototype, "hash", "00") },
  "Object.keys gives none": { act: () => replace(Object, "keys", () => []) },
  "Object.entries fails": { act: () => replace(Object, "entries", broken) },
  "Object.defineProperty does nothing": { act: () => replace(Object, "defineProperty", (one: unknown) => one) },
  "Object.getOwnPropertyNames gives none": { act: () => replace(Object, "getOwnPropertyNames", () => []) },
  "Reflect is emptied": {
    act: () => Object.keys(Object.getOwnPropertyDescriptors(Reflect)).forEach((key) => delete (Reflect as never)[key]),
  },
  "Map.get forgets": { act: () => replace(Map.prototype, "get", () => undefined) },
  "Map.set forgets": { act: () => replace(Map.prototype, "set", broken) },
  "Set.has says yes": { act: () => replace(Set.prototype, "has", () => true) },
  "Map.size is a getter that fails": {
    act: () => Object.defineProperty(Map.prototype, "size", { configurable: true, get: broken }),
  },
  "arrays cannot be iterated, later": {
    act: async () => {
      await pause(1);
      setImmediate(() => replace(Array.prototype, Symbol.iterator, broken));
      await pause();
    },
    fails: /replaced by a step/,
  },
  "iterators end at once": {
    act: () => replace(Object.getPrototypeOf([].values()) as object, "next", () => ({ done: true, value: undefined })),
    fails: /./,
  },
  "Array.push drops": { act: () => replace(Array.prototype, "push", () => 0) },
  "Array.map and slice fail": {
    act: () => {
      replace(Array.prototype, "map", broken);
      replace(Array.prototype, "slice", broken);
    },
  },
  "Array[Symbol.species] is foreign": {
    act: () => Object.defineProperty(Array, Symbol.species, { configurable: true, value: Uint8Array }),
  },
  "String.split and indexOf lie": {
    act: () => {
      replace(String.prototype, "split", () => []);
      replace(String.prototype, "indexOf", () => -1);
    },
  },
  "RegExp.exec finds nothing": { act: () => replace(RegExp.prototype, "exec", () => null) },
  "Promise.then fails": { act: () => replace(Promise.prototype, "then", broken) },
  "Promise.then never answers": { act: () => replace(Promise.prototype, "then", () => new Promise(() => undefined)) },
  "Promise.race and all fail": {
    act: () => {
      replace(Promise, "race", broken);
      replace(Promise, "all", broken);
    },
  },
  "Promise is another class": { act: () => replace(globalThis, "Promise", class {}) },
  "Date.now is text": { act: () => replace(Date, "now", () => "soon") },
  "Date is another class": { act: () => replace(globalThis, "Date", class {}) },
  "Math.random and Math.min are constant": {
    act: () => {
      replace(Math, "random", () => 4);
      replace(Math, "min", () => 4);
    },
  },
  "typed arrays have no set": {
    act: () => replace(Object.getPrototypeOf(Uint8Array.prototype) as object, "set", broken),
  },
  "typed arrays are empty": {
    act: () =>
      Object.defineProperty(Object.getPrototypeOf(Uint8Array.prototype) as object, "byteLength", {
        configurable: true,
        get: () => 0,
      }),
  },
  "Buffer.from fails": { act: () => replace(Buffer, "from", broken) },
  "Buffer.toString and concat lie": {
    act: () => {
      replace(Buffer.prototype, "toString", () => "");
      replace(Buffer, "concat", () => Buffer.alloc(0));
    },
  },
  "Function.call and apply fail": {
    act: () => {
      replace(Function.prototype, "call", broken);
      replace(Function.prototype, "apply", broken);
    },
  },
  "Error has no stack and a preparer that fails": {
    act: () => {
      Error.stackTraceLimit = 0;
      Error.prepareStackTrace = broken;
    },
  },
  "globals are deleted": {
    act: () => {
      for (const name of ["JSON", "Map", "Object", "Promise", "Reflect", "Buffer", "setImmediate", "Date", "Symbol"])
        delete (globalThis as Record<string, unknown>)[name];
    },
  },
  "process is another object": { act: () => replace(globalThis, "process", { env: {}, pid: 1 }) },
  "built-ins are frozen": {
    act: () => {
      for (const one of [Object.prototype, Array.prototype, JSON, Map.prototype, Promise.prototype]) Object.freeze(one);
    },
  },
  "JSON.stringify is replaced for good": {
    act: () => Object.defineProperty(JSON, "stringify", { value: () => "{}", writable: false, configurable: false }),
    fails: /replaced the built-in stringify in a way that cannot be undone/,
  },
  "Object.prototype.toJSON is there for good": {
    act: () => Object.defineProperty(Object.prototype, "toJSON", { value: () => 1, configurable: false }),
    fails: /replaced the built-in toJSON|wrote to the channel/,
  },
  "Array.prototype inherits from a foreign object": {
    act: () => Object.setPrototypeOf(Array.prototype, { toJSON: () => "x", kind: "end" }),
  },
  "a value's getter replaces what stores it": {
    act: (fields) =>
      Object.defineProperty(fields, "late", {
        configurable: true,
        enumerable: true,
        get() {
          replace(JSON, "stringify", () => "late");
          return 1;
        },
      }),
  },
};
