import { expect, test } from "vitest";
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import { bytesOf, thrownBy, valueOf } from "./harness.ts";

const shared = { deep: [1, "text", -0] };
const sample = bytesOf({
  list: [1, 2.5, "ü", undefined, 5n, , shared],
  map: new Map([["k", shared]]),
  set: new Set([1]),
  date: new Date(5),
  regexp: /a+/g,
  error: new TypeError("bad", { cause: null }),
  box: Object(1),
  floats: new Float32Array([1, 2]),
  buffer: Buffer.from("raw"),
});
const known = ["MILLRACE_DAMAGED_ARTIFACT", "MILLRACE_NEWER_FORMAT", "MILLRACE_UNREGISTERED_TYPE"];

function survives(bytes: Uint8Array): void {
  try {
    valueOf(bytes);
  } catch (error) {
    if (!isMillraceError(error) || !known.includes(error.code)) throw error;
  }
}

test("bytes cut off anywhere are refused as damaged", () => {
  for (let length = 0; length < sample.length; length++) {
    expect(thrownBy(() => valueOf(sample.subarray(0, length))).code).toBe("MILLRACE_DAMAGED_ARTIFACT");
  }
  expect(thrownBy(() => valueOf(Buffer.concat([sample, Buffer.alloc(1)]))).code).toBe("MILLRACE_DAMAGED_ARTIFACT");
});

test("any byte may change: a value or a clear error follows", () => {
  for (let at = 0; at < sample.length; at++) {
    for (const flip of [0x01, 0x04, 0x10, 0x80, 0xff]) {
      const bytes = Buffer.from(sample);
      bytes[at]! ^= flip;
      survives(bytes);
    }
  }
});

test("a newer format is told from damage", () => {
  const bytes = Buffer.from(sample);
  bytes[3] = 3;
  expect(thrownBy(() => valueOf(bytes))).toMatchObject({ code: "MILLRACE_NEWER_FORMAT" });
});

function skeleton(hex: string, flags = 1): Buffer {
  const body = Buffer.from(hex.replaceAll(" ", ""), "hex");
  const bytes = Buffer.alloc(24 + body.length);
  bytes.write("MLR\x01");
  bytes[4] = flags;
  bytes.writeUInt32LE(body.length, 8);
  body.copy(bytes, 24);
  return bytes;
}

test.each([
  ["a record extension, for which msgpackr compiles code", "d4 72 40 91 a1 61 01"],
  ["a bin", "c4 01 00"],
  ["a date extension", "d6 ff 00000000"],
  ["an error extension", "c7 01 65 00"],
  ["an array of 4 billion elements", "dd ffffffff 00"],
  ["a map of 4 billion keys", "df ffffffff a0 00"],
  ["a string of 4 GB", "db ffffffff 61"],
  ["nested arrays that overlap in their claims", "dc ffff ".repeat(10) + "00".repeat(65535)],
  ["a number as a key", "81 01 01"],
  ["a second value", "01 01"],
  ["no value", ""],
  ["100,000 levels", "91".repeat(100_000) + "00"],
  ["an unknown marker", "91 d3 00000000000000ff"],
  ["a reference to nothing", "92 d3 0000000000000005 07"],
  ["a view of no part", "95 d3 0000000000000010 a6 427566666572 01 00 00"],
  ["a sparse array of negative length", "92 d3 0000000000000008 ff"],
  ["a malformed bigint", "92 d3 0000000000000003 a2 7a7a"],
  ["a malformed regular expression", "93 d3 000000000000000b a1 28 a0"],
])("%s is refused", (_, hex) => {
  expect(thrownBy(() => valueOf(skeleton(hex))).code).toBe("MILLRACE_DAMAGED_ARTIFACT");
});

test("a __proto__ key changes no prototype", () => {
  const plain = valueOf(skeleton("81 a9 5f5f70726f746f5f5f 81 a1 78 01", 0)) as object;
  const marked = valueOf(skeleton("93 d3 0000000000000006 a9 5f5f70726f746f5f5f 81 a1 78 01")) as object;
  for (const value of [plain, marked]) expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(({} as { x?: unknown }).x).toBe(undefined);
});
