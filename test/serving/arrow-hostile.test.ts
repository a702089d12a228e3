import * as arrow from "apache-arrow";
import { expect, test } from "vitest";
import { checkMessages } from "../../runtime/serving/columns/check-messages.ts";
import { rowsOfArrow } from "../../runtime/serving/columns/rows-of-arrow.ts";

const { Field, Int32, List, Null, Utf8, vectorFromArray } = arrow;

function streamOf(columns: Readonly<Record<string, arrow.Vector>>): Uint8Array {
  return arrow.tableToIPC(new arrow.Table(columns), "stream");
}

function read(bytes: Uint8Array): unknown[] {
  return rowsOfArrow(arrow, { bytes, schema: {}, maxRows: 1_000_000 });
}

/** Every place where eight bytes say a number, with another number in each. */
function* withNumber(
  bytes: Uint8Array,
  { from, to }: { readonly from: bigint; readonly to: bigint },
): Generator<Uint8Array> {
  for (let at = 0; at + 8 <= bytes.length; at += 4) {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    if (view.getBigInt64(at, true) !== from) continue;
    const changed = bytes.slice();
    new DataView(changed.buffer).setBigInt64(at, to, true);
    yield changed;
  }
}

test("a length that is not there is refused before anything is allocated for it", () => {
  const bytes = streamOf({
    id: vectorFromArray(Array.from("abcdefghijk"), new Utf8()),
    none: vectorFromArray(new Array(11).fill(null), new Null()),
  });
  expect(read(bytes)).toHaveLength(11);
  let changes = 0;
  for (const to of [2n ** 33n, 2n ** 53n, -1n, 2n ** 62n]) {
    for (const changed of withNumber(bytes, { from: 11n, to })) {
      changes += 1;
      const before = process.memoryUsage();
      expect(() => read(changed), `${to}`).toThrow();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      expect(heapUsed - before.heapUsed + arrayBuffers - before.arrayBuffers).toBeLessThan(2 ** 28);
    }
  }
  // The batch's own length, and that of each column.
  expect(changes).toBeGreaterThanOrEqual(3 * 4);
});

test("a stream that is broken anywhere is read or refused, and never hangs or takes much memory", () => {
  const words = vectorFromArray(["a", "b", "a"], new arrow.Dictionary(new Utf8(), new Int32()));
  const lists = vectorFromArray([[1, 2], [], [3]], new List(new Field("item", new Int32(), true)));
  const bytes = streamOf({ words, lists });
  for (let at = 0; at < bytes.length; at += 1) {
    for (const value of [at % 3 === 0 ? 0 : 0x7f, 0xff]) {
      const changed = bytes.slice();
      changed[at] = value;
      const before = process.memoryUsage().arrayBuffers;
      try {
        expect(read(changed).length).toBeLessThan(100);
      } catch (error) {
        expect((error as Error).name, `${at}: ${(error as Error).message}`).toMatch(/Error$/);
      }
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 26);
    }
  }
});

test("lists that overlap, views of the same text and many dictionaries do not multiply", () => {
  const child = arrow.makeData({ type: new Int32(), length: 1000, nullCount: 0, data: new Int32Array(1000) });
  const offsets = Int32Array.from({ length: 1001 }, (_, index) => (index % 2) * 1000);
  const overlapping = arrow.makeData({
    type: new List(new Field("item", new Int32(), true)),
    length: 1000,
    nullCount: 0,
    valueOffsets: offsets,
    child,
  });
  expect(() => read(streamOf({ lists: new arrow.Vector([overlapping]) }))).toThrow(/has less than it says/);

  const text = new Uint8Array(2 ** 20).fill(97);
  const views = new DataView(new ArrayBuffer(16 * 1000));
  for (let row = 0; row < 1000; row += 1) views.setInt32(row * 16, text.length, true);
  const shared = arrow.makeData({
    type: new arrow.Utf8View(),
    length: 1000,
    nullCount: 0,
    views: new Uint8Array(views.buffer),
    variadicBuffers: [text],
  } as never);
  expect(() => read(streamOf({ texts: new arrow.Vector([shared]) }))).toThrow(/texts are longer than its bytes/);

  const long = vectorFromArray(
    Array.from({ length: 50_000 }, () => "x".repeat(1000)),
    new arrow.Dictionary(new Utf8(), new Int32()),
  );
  expect(read(streamOf({ long }))).toHaveLength(50_000);
});

test("columns nested without end, and lists of more fields than there are bytes, are refused", () => {
  let deep: arrow.DataType = new Int32();
  for (let depth = 0; depth < 100; depth += 1) deep = new List(new Field("item", deep, true));
  const schema = new arrow.Schema([new Field("deep", deep, true)]);
  expect(() => read(arrow.tableToIPC(new arrow.Table(schema), "stream"))).toThrow(/nested more than 64 deep/);
  const bytes = streamOf({ id: vectorFromArray(["a"], new Utf8()) });
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let refused = 0;
  for (let at = 8; at + 4 <= bytes.length; at += 4) {
    if (view.getInt32(at, true) !== 1) continue;
    const changed = bytes.slice();
    new DataView(changed.buffer).setInt32(at, 2 ** 31 - 1, true);
    try {
      checkMessages(changed, { maxRows: 10 });
    } catch (error) {
      if (/goes beyond its end/.test(String(error))) refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(0);
});
