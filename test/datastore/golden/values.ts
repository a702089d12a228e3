import { registerType } from "../../../sdk/register-type.ts";

class GoldenMovie {
  readonly title: string;
  readonly year: number;
  constructor(title: string, year: number) {
    this.title = title;
    this.year = year;
  }
}
registerType(GoldenMovie, {
  name: "GoldenMovie",
  pack: (movie) => [movie.title, movie.year] as const,
  unpack: ([title, year]) => new GoldenMovie(title, year),
});

/** One value of every kind that format 1 knows, by the name of its file in `v1/artifacts`. Add, never change. */
export const GOLDEN: Readonly<Record<string, () => unknown>> = {
  null: () => null,
  undefined: () => undefined,
  booleans: () => [true, false],
  "positive-integers": () => [0, 1, 127, 128, 255, 256, 65535, 65536, 2 ** 31, 2 ** 32 - 1],
  "negative-integers": () => [-1, -32, -33, -128, -129, -32768, -32769, -(2 ** 31), -(2 ** 31) - 1],
  fractions: () => [0.1, -1.5, 2 ** 32, 2 ** 53, 1e300, 5e-324, Infinity, -Infinity],
  "nan-and-negative-zero": () => ({ a: [NaN, -0, 0], b: { c: -0 } }),
  bigints: () => [0n, -1n, 255n, 2n ** 64n, -(2n ** 200n)],
  texts: () => ["", "a", "größe", "x".repeat(31), "x".repeat(32), "日本", "😀", "y".repeat(300), "z".repeat(70_000)],
  "texts-beyond-utf8": () => ["\ud800", "a\udfffb", "\ufeffx"],
  arrays: () => [[], [1, [2, [3]]], Array.from({ length: 16 }, (_, index) => index), new Array(70_000).fill(7)],
  "sparse-array": () => holes(),
  objects: () => ({ a: 1, "b c": { ä: [null] }, 2: "two", "": "empty", constructor: 1, toString: 2 }),
  "odd-keys": () => JSON.parse('{"__proto__": {"polluted": true}, "\\ud800": 1, "\\ufeffk": 2}') as unknown,
  "null-prototype": () => Object.assign(Object.create(null) as object, { a: 1 }),
  map: () => new Map<unknown, unknown>([["a", 1], [{ k: [1] }, new Set([undefined])], [NaN, -0]]), // prettier-ignore
  set: () => new Set<unknown>([1, "b", null, new Map([[1, 2]])]),
  dates: () => [new Date(0), new Date(-1), new Date(1.7e12)],
  "invalid-date": () => new Date(NaN),
  "regular-expressions": () => [/a\/b[c]/giu, /(?<x>y)/s],
  error: () => failure(),
  boxed: () => [Object(1), Object("s"), Object(false), Object(5n), Object(-0)],
  "typed-arrays": () => [
    Int8Array.of(-1), Uint8Array.of(1, 2, 3), Uint8ClampedArray.of(255), Int16Array.of(-2), Uint16Array.of(2),
    Int32Array.of(-3), Uint32Array.of(3), Float32Array.of(1.5, NaN), Float64Array.of(-0, 0.1),
    BigInt64Array.of(-4n), BigUint64Array.of(4n), new Float32Array(0),
  ], // prettier-ignore
  "views-and-buffers": () => [new DataView(Uint8Array.of(1, 2, 3, 4).buffer, 1, 2), Uint8Array.of(9, 8).buffer],
  buffers: () => [Buffer.from("hello"), Buffer.alloc(0)],
  "shared-memory": () => shared(),
  "resizable-buffer": () => resizable(),
  references: () => cycle(),
  registered: () => ({ best: new GoldenMovie("Alien", 1979), again: [new GoldenMovie("Aliens", 1986)] }),
  nested: () => nested(500),
};

function holes(): unknown[] {
  const list: unknown[] = [1, undefined, 3];
  list[10] = "ten";
  return list;
}

/** Its stack would name the place where it was made. */
function failure(): Error {
  const cause = Object.assign(new RangeError("inner"), { stack: "RangeError: inner" });
  return Object.assign(new TypeError("outer", { cause }), { stack: "TypeError: outer", code: 42 });
}

function shared(): unknown {
  const buffer = Float64Array.of(1, 2, 3, 4).buffer;
  return { whole: new Float64Array(buffer), tail: new Float64Array(buffer, 16), bytes: new Uint8Array(buffer, 3, 2) };
}

function resizable(): unknown {
  const Resizable = ArrayBuffer as unknown as new (length: number, options: { maxByteLength: number }) => ArrayBuffer;
  const bytes = new Uint8Array(new Resizable(3, { maxByteLength: 16 }));
  bytes.set([1, 2, 3]);
  return bytes;
}

function cycle(): unknown {
  const child = { name: "child" };
  const parent: Record<string, unknown> = { first: child, second: child };
  parent.self = parent;
  return [parent, child];
}

function nested(levels: number): unknown {
  let value: unknown = "bottom";
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { value };
  return value;
}
