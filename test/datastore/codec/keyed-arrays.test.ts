import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesOf, roundTrip, thrownBy, valueOf } from "./harness.ts";

/** An object without a prototype stays one here, and does not in a structured clone. */
function expectCloned(value: unknown): void {
  const cloned = structuredClone(value);
  assert.deepEqual(structuredClone(roundTrip(value)), cloned);
  expect(keysIn(roundTrip(value))).toEqual(keysIn(cloned));
}

function keysIn(value: unknown): unknown {
  return typeof value === "object" && value !== null ? Object.keys(value) : null;
}

describe("an array with properties of its own comes back as structured clone gives it", () => {
  test.each<[string, () => unknown]>([
    ["a match", () => "2024-05-06".match(/(?<year>\d+)-(\d+)/)],
    ["a match without groups", () => /b/.exec("abc")],
    ["a match with indices", () => /(?<a>a)(b)?/d.exec("xa")],
    ["all matches", () => [..."k=1;l=2".matchAll(/(\w)=(\d)/g)]],
    ["rows with columns", () => Object.assign([{ x: 1 }, { x: 2 }], { columns: ["x"], y: undefined })],
    ["strings of a template", () => Object.assign(["a", "b"], { raw: ["\\a", "b"] })],
    ["an empty one", () => Object.assign([], { label: "none" })],
    [
      "a long one",
      () =>
        Object.assign(
          Array.from({ length: 5000 }, (_, at) => at),
          { label: "long" },
        ),
    ],
    ["one with holes", () => Object.assign([1, , 3, undefined], { label: 1 })],
    ["one that is all holes", () => Object.assign(new Array(1_000_000), { label: 1 })],
    ["keys that look like indices", () => Object.assign([1], { "01": 1, "-1": 2, "1.5": 3, "4294967295": 4 })],
  ])("%s", (_, make) => expectCloned(make()));

  test("one that holds itself among its properties", () => {
    const list: unknown[] & { self?: unknown } = [1];
    list.self = { list };
    const back = roundTrip(list);
    expect((back.self as { list: unknown }).list).toBe(back);
  });

  test("a key __proto__ is a property and no prototype", () => {
    const list = Object.defineProperty([1], "__proto__", { value: { a: 1 }, enumerable: true });
    const back = roundTrip(list);
    expect(Object.getPrototypeOf(back)).toBe(Array.prototype);
    expect(Object.getOwnPropertyDescriptor(back, "__proto__")?.value).toEqual({ a: 1 });
  });

  test("what does not enumerate, and symbols, are left out", () => {
    const list = Object.assign([1], { [Symbol("s")]: 1 });
    Object.defineProperty(list, "hidden", { value: 1, enumerable: false });
    expect(Reflect.ownKeys(roundTrip(list))).toEqual(["0", "length"]);
  });

  test("whatever elements and properties it has", () => {
    const key = fc.oneof(
      fc.string(),
      fc.constantFrom("__proto__", "length2", "\ud800", "00", "4294967294x", "columns"),
    );
    const leaf = fc.oneof(
      fc.integer(),
      fc.string(),
      fc.constant(undefined),
      fc.constant(NaN),
      fc.date({ noInvalidDate: true }),
    );
    const list = fc
      .tuple(fc.sparseArray(leaf, { maxLength: 30 }), fc.dictionary(key, leaf, { maxKeys: 5 }))
      .map(([elements, own]) => {
        for (const [name, value] of Object.entries(own))
          if (!(name in elements))
            Object.defineProperty(elements, name, { value, writable: true, enumerable: true, configurable: true });
        return elements;
      });
    fc.assert(
      fc.property(fc.oneof(list, fc.array(list, { maxLength: 3 })), (value) => {
        expectCloned(value);
        expect(bytesOf(roundTrip(value)).equals(bytesOf(value))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe("own properties that structured clone drops are dropped", () => {
  test.each<[string, () => object]>([
    ["a typed array", () => Object.assign(new Float32Array(1000), { shape: [10, 100] })],
    ["a Map", () => Object.assign(new Map([[1, 2]]), { label: 1 })],
    ["a Set", () => Object.assign(new Set([1]), { label: 1 })],
    ["a Date", () => Object.assign(new Date(5), { label: 1 })],
    ["a regular expression", () => Object.assign(/a/g, { label: 1, lastIndex: 3 })],
    ["an ArrayBuffer", () => Object.assign(new ArrayBuffer(4), { label: 1 })],
    ["a DataView", () => Object.assign(new DataView(new ArrayBuffer(4)), { label: 1 })],
  ])("of %s", (_, make) => {
    const back = roundTrip(make());
    assert.deepEqual(back, structuredClone(make()));
    expect("label" in back || "shape" in back).toBe(false);
  });

  test("of a Buffer, which stays one", () => {
    const back = roundTrip(Object.assign(Buffer.from("ab"), { label: 1 }));
    expect(Buffer.isBuffer(back)).toBe(true);
    expect("label" in back).toBe(false);
  });
});

describe("the format's version", () => {
  test("is 2 only where such an array is inside, so that older readers read all else", () => {
    expect(bytesOf([1, new Map(), undefined])[3]).toBe(1);
    expect(bytesOf({ rows: Object.assign([1], { columns: [] }) })[3]).toBe(2);
  });

  test("of bytes from a newer Millrace is told", () => {
    const bytes = bytesOf(1);
    bytes[3] = 3;
    expect(thrownBy(() => valueOf(bytes))).toMatchObject({ code: "MILLRACE_NEWER_FORMAT" });
  });
});
