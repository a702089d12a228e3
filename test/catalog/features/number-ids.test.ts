import fc from "fast-check";
import { expect, test } from "vitest";
import { NumberIds } from "../../../runtime/catalog/features/number-ids.ts";

const number = fc.oneof(
  fc.constantFrom(0, Infinity, -Infinity, 2 ** 53, 5e-324, 0.1 + 0.2, 0.3),
  fc.integer({ min: -50, max: 50 }),
  // Of these the lower bits are all the same, or the upper ones.
  fc.integer({ min: 0, max: 400 }).map((step) => step * 2 ** 40),
  fc.integer({ min: 0, max: 400 }).map((step) => 1 + step * Number.EPSILON),
  fc.double({ noNaN: true }).map((double) => double + 0),
);

test("numbers are numbered as they come, and found again, as by a Map", () => {
  fc.assert(
    fc.property(fc.array(number, { maxLength: 300 }), fc.array(number, { maxLength: 30 }), (taken, asked) => {
      const [ids, map] = [new NumberIds(), new Map<number, number>()];
      for (const one of taken) {
        if (!map.has(one)) map.set(one, map.size);
        expect(ids.take(one)).toBe(map.get(one));
      }
      for (const one of [...asked, ...taken]) expect(ids.get(one)).toBe(map.get(one));
      expect([...ids.keys()]).toEqual([...map.keys()]);
      expect(ids.size).toBe(map.size);
    }),
    { numRuns: 200 },
  );
});
