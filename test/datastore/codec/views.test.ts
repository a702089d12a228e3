import { describe, expect, test } from "vitest";
import { bufferSource, type ByteSource } from "../../../runtime/datastore/codec/byte-source.ts";
import { decode } from "../../../runtime/datastore/codec/decode.ts";
import { encode } from "../../../runtime/datastore/codec/encode.ts";
import { layoutOf, readHeader } from "../../../runtime/datastore/codec/header.ts";
import { bytesOf, roundTrip, thrownBy } from "./harness.ts";

describe("binary data", () => {
  test("is not copied on the way out", () => {
    const value = new Float32Array(1000);
    expect(encode({ value }, "a").chunks.some((chunk) => chunk.buffer === value.buffer)).toBe(true);
  });

  test("is read straight into a buffer of its own length", () => {
    const value = { a: new Float64Array(10), b: new Uint8Array(5).fill(3) };
    const bytes = bytesOf(value);
    const source = bufferSource(bytes);
    const reads: number[] = [];
    const result = decode(
      { size: source.size, read: (target, at) => (reads.push(target.byteLength), source.read(target, at)) },
      "a",
    );
    expect(reads.slice(-2)).toEqual([80, 5]);
    expect((result as typeof value).a.buffer.byteLength).toBe(80);
    expect(result).toEqual(value);
  });

  test("starts at a multiple of 8", () => {
    const { chunks } = encode({ a: new Uint8Array(3).fill(1), b: new Uint8Array(3).fill(2) }, "a");
    let at = 0;
    for (const chunk of chunks) {
      if (chunk[0] === 1 || chunk[0] === 2) expect(at % 8).toBe(0);
      at += chunk.byteLength;
    }
  });

  test("of a small view leaves the rest of its buffer behind", () => {
    const large = new ArrayBuffer(1_000_000);
    const result = roundTrip({ view: new Float32Array(large, 4, 2) });
    expect(result.view.buffer.byteLength).toBe(8);
    expect(encode(new Float32Array(large, 4, 2), "a").size).toBeLessThan(100);
  });

  test("from Node's pool leaves its neighbours behind", () => {
    const before = Buffer.from("secret neighbour");
    const value = [Buffer.from("first"), Buffer.from("second")];
    expect(value[0]!.buffer).toBe(before.buffer);
    const bytes = bytesOf(value);
    expect(bytes.byteLength).toBeLessThan(200);
    expect(bytes.includes("secret")).toBe(false);
    const result = roundTrip(value);
    expect(result).toEqual(value);
    expect(Buffer.isBuffer(result[0])).toBe(true);
    expect(bytes.equals(bytesOf([Buffer.alloc(5, "first"), Buffer.alloc(6, "second")]))).toBe(true);
  });

  test("stays shared between views that shared it", () => {
    const buffer = new ArrayBuffer(64);
    const value = { bytes: new Uint8Array(buffer, 11, 3), floats: new Float64Array(buffer, 16, 2) };
    value.floats[1] = 0.5;
    const result = roundTrip(value);
    expect(result).toEqual(value);
    expect(result.bytes.buffer).toBe(result.floats.buffer);
    const pooled = Buffer.from("overlapping");
    const [whole, slice] = roundTrip([pooled, pooled.subarray(4)]);
    whole![4] = 0;
    expect(slice![0]).toBe(0);
    const own = roundTrip({ view: new Uint8Array(buffer, 8), buffer });
    expect(own.view.buffer).toBe(own.buffer);
  });

  test("of 200 MB is looked at no longer than that of 200 bytes", () => {
    // Listing the keys of either would make millions of strings, or fail.
    expect(encode(Buffer.alloc(200_000_000), "a").size).toBe(200_000_080);
    expect(encode(new Float64Array(25_000_000), "a").size).toBeGreaterThan(200_000_000);
  });

  test("can be read in part: the header says where each element lies", () => {
    const bytes = bytesOf({
      skipped: new Uint8Array(100_000),
      wanted: Float64Array.from({ length: 1000 }, (_, at) => at),
    });
    const reads: number[] = [];
    const source: ByteSource = {
      size: bytes.byteLength,
      read: (target, at) => (reads.push(target.byteLength), bufferSource(bytes).read(target, at)),
    };
    const { partsAt } = layoutOf(readHeader(source, "a"));
    const slice = new Float64Array(10);
    source.read(new Uint8Array(slice.buffer), partsAt[1]! + 500 * 8);
    expect([...slice]).toEqual([500, 501, 502, 503, 504, 505, 506, 507, 508, 509]);
    expect(reads.reduce((sum, count) => sum + count)).toBe(24 + 2 * 16 + 80);
  });

  test("in a resizable buffer stays resizable", () => {
    const Resizable = ArrayBuffer as unknown as new (length: number, options: object) => ArrayBuffer;
    const result = roundTrip(new Uint8Array(new Resizable(4, { maxByteLength: 16 })));
    expect(result.buffer).toMatchObject({ resizable: true, maxByteLength: 16, byteLength: 4 });
  });

  test("that is shared with threads, or transferred away, is refused", () => {
    const shared = thrownBy(() => encode({ weights: new Float32Array(new SharedArrayBuffer(8)) }, "model"));
    expect(shared.message).toContain("a Float32Array on shared memory cannot be stored: found at model.weights");
    expect(shared.hint).toContain("shared.slice()");
    expect(thrownBy(() => encode(new SharedArrayBuffer(8), "model")).code).toBe("MILLRACE_UNSTORABLE");
    const gone = new Uint8Array(8);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    expect(thrownBy(() => encode(gone, "a")).message).toContain("transferred away");
  });
});
