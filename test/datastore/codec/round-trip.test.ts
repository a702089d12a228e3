import { Packr } from "msgpackr";
import { describe, expect, test } from "vitest";
import { roundTrip, bytesOf } from "./harness.ts";

const shared = new ArrayBuffer(16);
const table: readonly (readonly [string, unknown])[] = [
  ["null", null],
  ["undefined", undefined],
  ["booleans", [true, false]],
  ["whole numbers of every width", [0, 1, 127, 128, 255, 256, 65535, 65536, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53]],
  ["negative numbers of every width", [-1, -32, -33, -128, -129, -32768, -32769, -(2 ** 31), -(2 ** 31) - 1]],
  ["fractions and extremes", [0.1, -1.5, Number.MAX_VALUE, Number.MIN_VALUE, Infinity, -Infinity]],
  ["NaN and -0", [NaN, -0, 0, { a: -0, b: NaN }]],
  ["bigints", [0n, -1n, 255n, 2n ** 63n, 2n ** 64n, -(2n ** 200n)]],
  ["strings of every length class", ["", "a", "é", "x".repeat(31), "x".repeat(32), "ü".repeat(40), "x".repeat(300)]],
  ["long strings", ["x".repeat(70_000), "日本".repeat(40_000), "😀".repeat(20)]],
  ["lone surrogates", ["\ud800", "a\udfffb", { "\ud800": 1 }]],
  ["byte order marks", ["\ufeff", "\ufeff" + "x".repeat(200), "x\ufeff", { "\ufeffkey": "\ufeff" }]],
  ["undefined inside", { a: undefined, b: [undefined, 1] }],
  ["holes", [1, , 3, , undefined]],
  ["an own __proto__ key", JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1, "toJSON": 2}')],
  ["keys that shadow methods", { hasOwnProperty: 1, toString: null, constructor: "c", length: 3 }],
  ["many keys", Object.fromEntries(Array.from({ length: 70_000 }, (_, index) => [`key${index}`, index]))],
  ["numeric keys", { 2: "b", 1: "a", x: "c", "-1": 0 }],
  [
    "Map and Set",
    new Map<unknown, unknown>([
      ["a", new Set([1, "b", null])],
      [{ k: 1 }, NaN],
      [-0, undefined],
    ]),
  ],
  ["dates", [new Date(0), new Date(-1), new Date(1.7e12), new Date(NaN)]],
  ["regular expressions", [/a\/b[c]/giu, /(?<x>y)/s]],
  ["boxed primitives", [Object(1), Object("s"), Object(false), Object(5n), Object(-0)]],
  [
    "typed arrays of every kind",
    [
      new Int8Array([-1]),
      new Uint8Array([1]),
      new Uint8ClampedArray([255]),
      new Int16Array([-2]),
      new Uint16Array([2]),
      new Int32Array([-3]),
      new Uint32Array([3]),
      new Float32Array([1.5, NaN]),
      new Float64Array([-0, 0.1]),
      new BigInt64Array([-4n]),
      new BigUint64Array([4n]),
      new DataView(new ArrayBuffer(3), 1),
      new ArrayBuffer(5),
    ],
  ],
  ["empty containers", [[], {}, new Map(), new Set(), new Uint8Array(0), new ArrayBuffer(0), Buffer.alloc(0)]],
  ["Buffers", [Buffer.from("hello"), Buffer.alloc(9, 7)]],
  ["views of one buffer", { whole: shared, low: new Uint8Array(shared, 0, 3), high: new Float64Array(shared, 8) }],
];

describe("a value comes back as it was:", () => {
  test.each(table)("%s", (_, value) => {
    expect(roundTrip(value)).toStrictEqual(value);
    expect(bytesOf(roundTrip(value)).equals(bytesOf(value))).toBe(true);
  });

  test("an object without prototype", () => {
    const value = Object.assign(Object.create(null), { a: { b: 1 } }) as object;
    const result = roundTrip(value) as object;
    expect(Object.getPrototypeOf(result)).toBe(null);
    expect(result).toEqual(value);
  });

  test("a very sparse array, without the memory of a dense one", () => {
    const value: number[] = [];
    value[4_000_000_000] = 1;
    const result = roundTrip(value);
    expect(result).toHaveLength(4_000_000_001);
    expect(Object.keys(result)).toEqual(["4000000000"]);
    expect(roundTrip(new Array(20_000_000))).toHaveLength(20_000_000);
  });

  test("errors with cause, properties and stack", () => {
    class PaymentError extends TypeError {
      override name = "PaymentError";
      code = 42;
    }
    const value = new PaymentError("no money", { cause: new RangeError("inner") });
    const result = roundTrip(value);
    expect(result).toBeInstanceOf(TypeError);
    expect(result).toMatchObject({ name: "PaymentError", message: "no money", code: 42, stack: value.stack });
    expect(result.cause).toBeInstanceOf(RangeError);
    expect(Object.keys(result)).toEqual(["code"]);
    expect(bytesOf(result).equals(bytesOf(roundTrip(result)))).toBe(true);
    const many = roundTrip(new AggregateError([new Error("a"), "b"], "all"));
    expect(many.errors).toEqual([new Error("a"), "b"]);
    expect(roundTrip(new DOMException("stop", "AbortError"))).toMatchObject({ name: "AbortError", message: "stop" });
  });

  test("a chain of 2,000 objects, arrays, Maps and errors", () => {
    for (const wrap of [
      (inner: unknown) => ({ inner }),
      (inner: unknown) => [inner],
      (inner: unknown) => new Map([["inner", inner]]),
      (inner: unknown) => new Error("outer", { cause: inner }),
    ]) {
      let value: unknown = -0;
      for (let level = 0; level < 2000; level++) value = wrap(value);
      expect(bytesOf(roundTrip(value)).equals(bytesOf(value))).toBe(true);
    }
  });

  test("getters, read once, as the data they return", () => {
    let reads = 0;
    const value = { get count() { return ++reads; } }; // prettier-ignore
    expect(roundTrip(value)).toEqual({ count: 1 });
    expect(reads).toBe(1);
  });

  test("proxies, as what they show", () => {
    expect(roundTrip(new Proxy({ a: 1 }, { get: () => 5 }))).toEqual({ a: 5 });
    expect(roundTrip(new Proxy([1, 2], {}))).toEqual([1, 2]);
  });
});

describe("identity is kept:", () => {
  test("a cycle through every container", () => {
    const value = {
      list: [] as unknown[],
      map: new Map<unknown, unknown>(),
      set: new Set<unknown>(),
      error: new Error("x"),
    };
    value.list.push(value);
    value.map.set(value.map, value.list);
    value.set.add(value.set);
    value.error.cause = value.error;
    const result = roundTrip(value);
    expect(result.list[0]).toBe(result);
    expect(result.map.get(result.map)).toBe(result.list);
    expect(result.set.has(result.set)).toBe(true);
    expect(result.error.cause).toBe(result.error);
  });

  test("one object in two places, after objects of every kind", () => {
    const one = { date: new Date(1) };
    const value = [/a/, Object(1), new Map([[1, {}]]), [, {}], new Uint8Array(1), one, [one, one.date, 2n]];
    const result = roundTrip(value) as [unknown, unknown, unknown, unknown, unknown, typeof one, unknown[]];
    expect(result[6][0]).toBe(result[5]);
    expect(result[6][1]).toBe(result[5].date);
  });
});

describe("bytes", () => {
  test("of equal values are equal, whatever bits their NaNs have", () => {
    const odd = new Float64Array(new BigUint64Array([0xfff8_0000_0000_0123n]).buffer)[0];
    expect(bytesOf({ a: [odd, 0 / 0] }).equals(bytesOf({ a: [NaN, NaN] }))).toBe(true);
  });

  test("of plain trees are what msgpackr itself writes", () => {
    const value = { a: [1, -200, 1e6, 0.5, "text", "ü".repeat(50)], b: { c: null, d: true }, e: "x".repeat(200) };
    const packed = new Packr({ useRecords: false, variableMapSize: true }).pack(value);
    expect(bytesOf(value).subarray(24).equals(packed)).toBe(true);
  });
});
