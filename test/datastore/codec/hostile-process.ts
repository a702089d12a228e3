// Run by hostile-memory.test.ts in a process with little memory: decodes what nobody should have written, over and over.
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import { bytesOf, valueOf } from "./harness.ts";

const SAMPLE = bytesOf({
  floats: new Float32Array(64),
  views: [new Uint8Array(8), Buffer.from("raw")],
  list: [undefined, 5n, , "text".repeat(20)],
  map: new Map([[1, { deep: [[[]]] }]]),
});
const HUGE = [0xff, 0x7f, 0x80];
let refused = 0;

const before = process.memoryUsage();
let peak = 0;
for (const bytes of [...cutOff(), ...withHugeNumbers(), ...deepAndWide()]) {
  try {
    valueOf(bytes);
  } catch (error) {
    if (!isMillraceError(error)) throw error;
    refused += 1;
  }
  const { rss, arrayBuffers } = process.memoryUsage();
  peak = Math.max(peak, rss - before.rss, arrayBuffers - before.arrayBuffers);
}
console.log(JSON.stringify({ refused, peakMb: peak / 1e6 }));

function* cutOff(): Generator<Uint8Array> {
  for (let length = 0; length < SAMPLE.length; length++) yield SAMPLE.subarray(0, length);
}

/** Every run of 1, 2, 4 and 8 bytes becomes a very large number once; lengths are among them. */
function* withHugeNumbers(): Generator<Uint8Array> {
  for (const width of [1, 2, 4, 8])
    for (let at = 4; at + width <= SAMPLE.length; at++)
      for (const value of HUGE) yield Buffer.from(SAMPLE).fill(value, at, at + width);
}

/** Claims that are cheap to write and would be dear to believe. */
function* deepAndWide(): Generator<Uint8Array> {
  yield skeleton(Buffer.alloc(10_000_000, 0x91));
  yield skeleton(Buffer.concat([Buffer.from("ddffffffff", "hex"), Buffer.alloc(1_000_000)]));
  yield skeleton(
    Buffer.concat(Array.from({ length: 2000 }, () => Buffer.from("dc03e8", "hex")).concat(Buffer.alloc(1000))),
  );
  // A sparse array of 4 billion elements, one of them set.
  yield skeleton(Buffer.from("94d30000000000000008ceffffffff0001", "hex"));
  // A view of a part that is not there.
  yield skeleton(Buffer.from("95d30000000000000010a6427566666572ceffffffff0000", "hex"));
}

function skeleton(body: Buffer): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(24), body]);
  bytes.write("MLR\x01\x01");
  bytes.writeUInt32LE(body.length, 8);
  return bytes;
}
