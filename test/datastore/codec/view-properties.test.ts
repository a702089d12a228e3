import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf, roundTrip } from "./harness.ts";

const CLASSES = [Uint8Array, Int16Array, Float32Array, Float64Array, BigInt64Array] as const;

interface Plan {
  readonly size: number;
  readonly isResizable: boolean;
  readonly views: readonly (readonly [kind: number, start: number, length: number])[];
}

const plan: fc.Arbitrary<Plan> = fc.record({
  size: fc.integer({ min: 0, max: 200 }),
  isResizable: fc.boolean(),
  views: fc.array(fc.tuple(fc.nat(CLASSES.length - 1), fc.nat(30), fc.nat(30)), { minLength: 1, maxLength: 6 }),
});

test("views that overlap still do, and those on other memory do not", () => {
  fc.assert(
    fc.property(fc.array(plan, { minLength: 1, maxLength: 3 }), fc.infiniteStream(fc.nat(255)), (plans, random) => {
      const before = plans.map((one) => viewsOf(one, random));
      const after = roundTrip(before);
      expect(after).toStrictEqual(before);
      expect(bytesOf(after).equals(bytesOf(before))).toBe(true);
      const [all, copies] = [before.flat(), after.flat()];
      for (const [index, view] of all.entries()) {
        bytesIn(view).fill(77);
        bytesIn(copies[index]!).fill(77);
        expect(copies).toStrictEqual(all);
      }
    }),
    { numRuns: 200 },
  );
});

test("every bit of a NaN in a typed array survives", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), fc.boolean(), (bits, isDouble) => {
      // All ones in the exponent: NaNs with whatever payload, or infinities.
      const step = isDouble ? 8 : 4;
      for (let at = step - 1; at < bits.length; at += step) [bits[at], bits[at - 1]] = [0x7f, 0xf0 | bits[at - 1]!];
      const floats = isDouble ? new Float64Array(bits.slice().buffer) : new Float32Array(bits.slice().buffer);
      expect([...bytesIn(roundTrip(floats))]).toEqual([...bits]);
    }),
  );
});

function viewsOf({ size, isResizable, views }: Plan, random: IterableIterator<number>): NodeJS.TypedArray[] {
  const Buffers = ArrayBuffer as unknown as new (length: number, options?: { maxByteLength: number }) => ArrayBuffer;
  const buffer = isResizable ? new Buffers(size, { maxByteLength: size + 50 }) : new Buffers(size);
  const bytes = new Uint8Array(buffer);
  for (let at = 0; at < size; at++) bytes[at] = random.next().value as number;
  return views.flatMap(([kind, start, length]) => {
    const type = CLASSES[kind]!;
    const offset = start * type.BYTES_PER_ELEMENT;
    return offset + length * type.BYTES_PER_ELEMENT > size ? [] : [new type(buffer, offset, length)];
  });
}

function bytesIn({ buffer, byteOffset, byteLength }: NodeJS.TypedArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
