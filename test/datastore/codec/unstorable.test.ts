import { expect, test } from "vitest";
import { encode } from "../../../runtime/datastore/codec/encode.ts";
import { thrownBy } from "./harness.ts";

class Movie {
  title = "Alien";
}

const table: readonly (readonly [string, unknown, string])[] = [
  [
    "a function",
    { layers: [1, 2, 3, { activation: Math.tanh }] },
    "a function cannot be stored: found at model.layers[3].activation",
  ],
  ["a class", [Movie], "a class cannot be stored: found at model[0]"],
  ["a symbol", { "odd key": Symbol("s") }, 'a symbol cannot be stored: found at model["odd key"]'],
  ["an unregistered instance", [new Movie()], "an instance of Movie cannot be stored: found at model[0]"],
  ["a promise", Promise.resolve(1), "a Promise cannot be stored: found at model"],
  ["a WeakMap", new Map([["a", new WeakMap()]]), 'a WeakMap cannot be stored: found at model.get("a")'],
  ["a Map key", new Map([[() => 1, 1]]), "a function cannot be stored: found at model.keys()[0]"],
  ["a member of a Set", new Set([1, () => 1]), "a function cannot be stored: found at model.values()[1]"],
  ["a generator", { rows: (function* () { yield 1; })() }, "a Generator cannot be stored: found at model.rows"], // prettier-ignore
  ["an iterator", [1].values(), "an Array Iterator cannot be stored: found at model"],
  [
    "a property of an array",
    { x: Object.assign([1, 2], { columns: ["a"], load: () => 1 }) },
    "a function cannot be stored: found at model.x.load",
  ],
  [
    "an element of one",
    Object.assign([1, () => 1], { columns: ["a"] }),
    "a function cannot be stored: found at model[1]",
  ],
  ["a subclass of Map", new (class Index extends Map {})(), "an instance of Index cannot be stored"],
  ["a subclass of Array", new (class Rows extends Array {})(), "an instance of Rows cannot be stored"],
  ["an error's cause", new Error("x", { cause: { f() {} } }), "a function cannot be stored: found at model.cause.f"],
  ["a boxed symbol", Object(Symbol("s")), "a Symbol cannot be stored: found at model"],
];

test.each(table)("%s is refused with its path", (_, value, message) => {
  const error = thrownBy(() => encode(value, "model"));
  expect(error.code).toBe("MILLRACE_UNSTORABLE");
  expect(error.message).toContain(`Cannot store artifact "model" because `);
  expect(error.message).toContain(message);
  expect(error.hint).not.toBe("");
});

test("the hint for an instance names registerType and its class", () => {
  const error = thrownBy(() => encode({ best: new Movie() }, "model"));
  expect(error.hint).toContain('registerType(Movie, { name: "Movie", pack, unpack })');
  expect(error.message).toContain("type: Movie");
});

test("nesting beyond the limit is refused, not a stack overflow", () => {
  let value: unknown = 1;
  for (let level = 0; level < 100_000; level++) value = [value];
  const error = thrownBy(() => encode(value, "deep"));
  expect(error.code).toBe("MILLRACE_UNSTORABLE");
  expect(error.message).toMatch(/levels deep|this deep/);
  expect(error.message.length).toBeLessThan(500);
});

test("symbol keys are ignored", () => {
  expect(() => encode({ a: 1, [Symbol("s")]: () => 1 }, "a")).not.toThrow();
});
