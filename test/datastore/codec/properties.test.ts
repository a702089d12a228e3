import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, roundTrip, valueOf } from "./harness.ts";

const anything = fc.anything({
  key: fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.constantFrom("__proto__", "constructor", "\ud800", "\ufeff"),
  ),
  values: [
    fc.boolean(), fc.integer(), fc.double(), fc.string({ unit: "binary" }), fc.constantFrom("\ud800", "\ufeffx"),
    fc.constant(null), fc.constant(undefined), fc.date({ noInvalidDate: true }), fc.bigInt(), fc.uint8Array(),
  ], // prettier-ignore
  withBigInt: true,
  withBoxedValues: true,
  // Its dates may be invalid, and Node calls no two of those equal.
  withDate: false,
  withMap: true,
  withNullPrototype: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  maxDepth: 5,
});

test("whatever nests comes back equal, from equal bytes", () => {
  fc.assert(
    fc.property(anything, (value) => {
      const result = roundTrip(value);
      // Not `toStrictEqual`, which takes an own `constructor` key for the class.
      assert.deepStrictEqual(result, value);
      expect(bytesOf(result).equals(bytesOf(value))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("graphs keep their shape, as structured clone would", () => {
  const graph = fc.array(
    fc.tuple(fc.constantFrom("array", "object", "map", "set"), fc.array(fc.nat(20), { maxLength: 5 })),
    {
      minLength: 1,
      maxLength: 20,
    },
  );
  fc.assert(
    fc.property(graph, (plan) => {
      const nodes = plan.map(([kind]) => EMPTY[kind as keyof typeof EMPTY]());
      plan.forEach(([, edges], index) => edges.forEach((to) => link(nodes[index]!, nodes[to % nodes.length])));
      const value = nodes[0];
      expect(bytesOf(roundTrip(value)).equals(bytesOf(structuredClone(value)))).toBe(true);
      expect(bytesOf(value).equals(bytesOf(structuredClone(value)))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test("random bytes in a valid header never crash", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (body) => {
      const bytes = Buffer.concat([Buffer.from("MLR\x01\x01\0\0\0"), Buffer.alloc(16), body]);
      bytes.writeUInt32LE(body.length, 8);
      try {
        valueOf(bytes);
      } catch (error) {
        expect(error).toMatchObject({ code: "MILLRACE_DAMAGED_ARTIFACT" });
      }
    }),
    { numRuns: 1000 },
  );
});

const EMPTY = { array: () => [], object: () => ({}), map: () => new Map(), set: () => new Set() } as const;

function link(from: object, to: unknown): void {
  if (Array.isArray(from)) from.push(to);
  else if (from instanceof Map) from.set(to, from.size);
  else if (from instanceof Set) from.add(to);
  else (from as Record<string, unknown>)[`edge${Object.keys(from).length}`] = to;
}
