import fc from "fast-check";
import { expect, test } from "vitest";
import { encode } from "../../../runtime/datastore/codec/encode.ts";
import { registerType } from "../../../sdk/register-type.ts";
import { roundTrip, thrownBy } from "./harness.ts";

class Token {
  readonly id: number;
  constructor(id: number) {
    this.id = id;
  }
}
registerType(Token, { name: "PlacedToken", pack: ({ id }) => id, unpack: (id) => new Token(id) });

class Unknown {}

/** Ways to put one value into another, and how messages name the place. */
const WRAPS: Readonly<Record<string, (inner: unknown) => readonly [unknown, string]>> = {
  array: (inner) => [[1, inner], "[1]"],
  object: (inner) => [{ a: 1, inner }, ".inner"],
  oddKey: (inner) => [{ "b c": inner }, '["b c"]'],
  proto: (inner) => [Object.defineProperty({}, "__proto__", { value: inner, enumerable: true }), ".__proto__"],
  map: (inner) => [new Map([["k", inner]]), '.get("k")'],
  mapKey: (inner) => [new Map([[inner, 1]]), ".keys()[0]"],
  set: (inner) => [new Set([0, inner]), ".values()[1]"],
  hole: (inner) => [Object.assign(new Array<unknown>(5), { 3: inner }), "[3]"],
  cause: (inner) => [new Error("outer", { cause: inner }), ".cause"],
};
const way = fc.array(fc.constantFrom(...Object.keys(WRAPS)), { maxLength: 12 });

function wrapped(value: unknown, kinds: readonly string[]): { value: unknown; path: string } {
  return kinds.reduce(
    ({ value: inner, path }, kind) => {
      const [outer, segment] = WRAPS[kind]!(inner);
      return { value: outer, path: segment + path };
    },
    { value, path: "" },
  );
}

test("what cannot be stored is named with the way to it, wherever it is", () => {
  const refused = fc.constantFrom<unknown>(Symbol("s"), () => 1, new WeakMap(), Promise.resolve(), new Unknown());
  fc.assert(
    fc.property(refused, way, (poison, kinds) => {
      const { value, path } = wrapped(poison, kinds);
      const error = thrownBy(() => encode(value, "model"));
      expect(error.code).toBe("MILLRACE_UNSTORABLE");
      expect(error.message).toContain(`found at model${path}`);
    }),
    { numRuns: 300 },
  );
});

test("a registered instance comes back wherever it is, as a key of a Map too", () => {
  fc.assert(
    fc.property(fc.nat(), way, (id, kinds) => {
      const found = tokenIn(roundTrip(wrapped(new Token(id), kinds).value));
      expect(found).toBeInstanceOf(Token);
      expect(found).toEqual(new Token(id));
    }),
    { numRuns: 300 },
  );
});

/** The one token inside. */
function tokenIn(value: unknown): unknown {
  if (value instanceof Token || typeof value !== "object" || value === null) return value;
  const parts =
    value instanceof Map
      ? [...value.keys(), ...value.values()]
      : [...(value instanceof Set ? value : []), ...Object.getOwnPropertyNames(value).map((key) => partOf(value, key))];
  return parts.map(tokenIn).find((part) => part instanceof Token);
}

function partOf(value: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(value, key)?.value as unknown;
}
