import assert from "node:assert/strict";
import { expect, test } from "vitest";
import { bytesOf, roundTrip } from "./harness.ts";

/** What each is written as must not depend on the row before it. */
function expectAsAlone(rows: readonly object[]): void {
  const back = roundTrip(rows);
  assert.deepStrictEqual(back, rows);
  expect(back.map((row) => Object.keys(row))).toEqual(rows.map((row) => Object.keys(row)));
  for (const row of rows) expect(bytesOf(rows).includes(bytesOf(row).subarray(24))).toBe(true);
}

test("rows keep their own keys and the order of these, whatever the row before had", () => {
  expectAsAlone([
    { a: 1, b: 2 },
    { a: 1, b: 2 },
    { b: 2, a: 1 },
    { a: 1 },
    {},
    {},
    { a: 1, b: 2, c: 3 },
    { 1: 1, a: 2 },
  ]);
  const wide = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`key${at}`, at]));
  expectAsAlone([wide, { ...wide }, { ...wide, last: 1 }, { key0: 0 }]);
});

test("a key that only the prototype has is not taken for one of the row", () => {
  const rows = [{ a: 1, inherited: 2 }, { a: 1 }];
  Object.defineProperty(Object.prototype, "inherited", {
    value: 2,
    enumerable: true,
    configurable: true,
    writable: true,
  });
  try {
    expect((roundTrip(rows) as object[]).map((row) => Object.keys(row))).toEqual([["a", "inherited"], ["a"]]);
  } finally {
    Reflect.deleteProperty(Object.prototype, "inherited");
  }
});

test("a getter that removes the next key leaves it undefined, as in the row before", () => {
  const row = () => ({
    get a() {
      Reflect.deleteProperty(this, "b");
      return 1;
    },
    b: 2,
  });
  assert.deepStrictEqual(roundTrip([{ a: 1, b: 2 }, row()]), [{ a: 1, b: 2 }, { a: 1, b: undefined }]); // prettier-ignore
});

test("short arrays with as many keys as elements are told apart", () => {
  const holeAndKey = Object.assign([, 1], { label: 2 });
  const holeAndIndexLike = Object.assign([, 1], { "01": 2 });
  assert.deepStrictEqual(roundTrip([[0, 1], holeAndKey, holeAndIndexLike, [, 1]]), [[0, 1], holeAndKey, holeAndIndexLike, [, 1]]); // prettier-ignore
});
