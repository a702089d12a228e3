import { describe, expect, test } from "vitest";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { parseConfig } from "../../../runtime/launch/values/parse-config.ts";
import { checkGivenValues } from "../../../runtime/launch/values/check-given-values.ts";
import { readParameter } from "../../../runtime/launch/values/read-parameter.ts";

function read(initial: unknown, ...texts: string[]): unknown {
  return readParameter({ name: "x", options: {}, initial }, { texts, source: "--x" });
}

describe("a text becomes a value of its default's type", () => {
  test.each<[string, unknown, string[], unknown]>([
    ["a day", new Date(0), ["2025-06-01"], new Date("2025-06-01T00:00:00Z")],
    [
      "a time, in quotes as JSON has it",
      new Date(0),
      ['"2025-06-01T08:30:00+02:00"'],
      new Date("2025-06-01T06:30:00Z"),
    ],
    ["a Map from an object", new Map([["a", 1]]), ['{"b": 2}'], new Map([["b", 2]])],
    ["a Map from pairs", new Map([[1, "a"]]), ['[[2, "b"]]'], new Map([[2, "b"]])],
    [
      "a Map of Dates",
      new Map([["a", new Date(0)]]),
      ['{"b": "2025-01-02"}'],
      new Map([["b", new Date("2025-01-02")]]),
    ],
    ["a Set from JSON", new Set(["a"]), ['["y", "z"]'], new Set(["y", "z"])],
    ["a Set from repeated flags", new Set([1]), ["2", "3,4"], new Set([2, 3, 4])],
    ["a pattern with flags", /a/, ["/b+/gi"], /b+/gi],
    ["a pattern alone", /a/, ["^[0-9]{2}$"], /^[0-9]{2}$/],
    ["a typed array", new Float32Array([1]), ["[1.5, 2]"], new Float32Array([1.5, 2])],
    ["a typed array from a list", new Uint8Array(2), ["1,255"], new Uint8Array([1, 255])],
    [
      "a typed array of bigints",
      new BigInt64Array(1),
      ["1,9007199254740993"],
      new BigInt64Array([1n, 9007199254740993n]),
    ],
    ["an array of Dates", [new Date(0)], ["2025-01-01,2025-01-02"], [new Date("2025-01-01"), new Date("2025-01-02")]],
    ["an array of bigints as JSON", [1n], ['[2, "9007199254740993"]'], [2n, 9007199254740993n]],
    ["an array of objects", [{ a: 1 }], ['[{ "a": 2 }]'], [{ a: 2 }]],
    [
      "an object with a Date inside",
      { since: new Date(0) },
      ['{"since": "2025-06-01"}'],
      { since: new Date("2025-06-01") },
    ],
    ["a number with underscores", 1, ["1_000"], 1000],
    ["a hexadecimal number", 1, ["0x10"], 16],
    ["the largest whole number that is exact", 1, ["9007199254740992"], 2 ** 53],
    ["infinity where it is the default", Infinity, ["-Infinity"], -Infinity],
    ["negative zero", 1, ["-0"], -0],
  ])("%s", (_, initial, texts, value) => {
    expect(read(initial, ...texts)).toEqual(value);
  });
});

describe("what does not fit is refused and names the parameter", () => {
  test.each<[string, unknown, string, string]>([
    ["a word for a Date", new Date(0), "tomorrow", "takes a Date, as 2025-06-01"],
    ["a day that does not exist", new Date(0), "2025-02-30", "takes a Date"],
    ["a number for a Date", new Date(0), "5", "takes a Date"],
    ["an array for a Map", new Map([["a", 1]]), "[1]", "takes JSON of a Map"],
    ["a Map's value of another type", new Map([["a", 1]]), '{"b": "2"}', "takes JSON of a Map"],
    ["an object for a Set", new Set([1]), "{}", "takes a Set"],
    ["a broken pattern", /a/, "/(/", "takes a RegExp"],
    ["a number that a typed array would change", new Uint8Array(1), "256", "takes a Uint8Array"],
    ["a fraction in whole numbers", new Int32Array(1), "[1.5]", "takes an Int32Array"],
    ["null for an object", { depth: 3 }, "null", "takes JSON of an object"],
    ["an array for an object", { depth: 3 }, "[1]", "takes JSON of an object"],
    ["a number for an object", { depth: 3 }, "5", "takes JSON of an object"],
    ["a number among objects", [{ a: 1 }], "[5]", "each element an object"],
    ["text among numbers", [1], '["a"]', "each element a number"],
    ["a whole number beyond 2^53", 1, "9007199254740993", "would become 9007199254740992"],
    ["a negative one", 1, "-9007199254740993", "would become -9007199254740992"],
    ["one inside JSON", { id: 1 }, '{"id": 12345678901234567890}', "would become 12345678901234567168"],
    ["one in a list", [1], "1,9007199254740993", "would become"],
    ["infinity", 1, "Infinity", "more than a number can hold"],
    ["a number too large", 1, "1e999", "more than a number can hold"],
    ["one too large inside JSON", { rate: 1 }, '{"rate": 1e999}', "more than a number can hold"],
    ["empty text for a number", 1, "", "takes a number"],
    ["a Buffer", Buffer.from("a"), "b", "give x a schema"],
    ["a URL", new URL("http://a"), "http://b", "give x a schema"],
    ["an ArrayBuffer", new ArrayBuffer(1), "[1]", "give x a schema"],
  ])("%s", (_, initial, text, message) => {
    expect(() => read(initial, text)).toThrow(expect.objectContaining({ code: "MILLRACE_PARAMETER" }));
    expect(() => read(initial, text)).toThrow(message);
  });

  test("a digit string inside JSON is no number", () => {
    expect(read({ id: "" }, '{"id": "12345678901234567890"}')).toEqual({ id: "12345678901234567890" });
  });

  test("a schema decides alone", () => {
    const schema = { "~standard": { version: 1, vendor: "t", validate: (value: unknown) => ({ value }) } };
    const options = { schema: schema as StandardSchemaV1 };
    const declaration = { name: "x", options, initial: new Date(0) };
    expect(readParameter(declaration, { texts: ["tomorrow"], source: "--x" })).toBe("tomorrow");
  });
});

describe("values from a program", () => {
  const fields = (initial: unknown) =>
    [{ kind: "parameter", name: "x", options: {}, initial }] as unknown as Parameters<typeof checkGivenValues>[0];

  test.each([
    ["a text for a Date", new Date(0), "2025-01-01", "takes a Date, not a string"],
    ["an object for a Map", new Map(), {}, "takes a Map, not an object"],
    ["null for an object", { a: 1 }, null, "takes an object, not null"],
    ["an array for a Set", new Set(), [], "takes a Set, not an array"],
  ])("%s is refused", (_, initial, x, message) => {
    expect(() => checkGivenValues(fields(initial), { x })).toThrow(message);
  });

  test("the same kind is taken", () => {
    const x = new Map([["a", 1]]);
    expect(checkGivenValues(fields(new Map()), { x })).toEqual({ x });
  });
});

describe("configuration", () => {
  const at = { name: "machine", hasSchema: false, place: "--config-value machine" };

  test("keeps the kind of its default", () => {
    expect(parseConfig('{"gpus": 2}', { ...at, initial: { gpus: 1 } })).toEqual({ gpus: 2 });
    expect(parseConfig('"2025-01-01"', { ...at, initial: new Date(0) })).toEqual(new Date("2025-01-01"));
    expect(parseConfig("[1]", { ...at, initial: undefined })).toEqual([1]);
  });

  test.each([
    ["null", "takes an object, not null"],
    ["[1]", "takes an object, not an array"],
    ['{"gpus": 9007199254740993}', "would become"],
    ["{gpus: 2}", "not JSON"],
  ])("refuses %s", (text, message) => {
    expect(() => parseConfig(text, { ...at, initial: { gpus: 1 } })).toThrow(message);
  });
});
