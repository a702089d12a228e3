const HIGH = 2 ** 32;

/** The numbers nearest to integers of 64 bits, as `Number` gives them, without making a bigint of each. */
export function float64s(integers: BigInt64Array): Float64Array {
  const halves = new Int32Array(integers.buffer, integers.byteOffset, integers.length * 2);
  const numbers = new Float64Array(integers.length);
  for (let at = 0; at < numbers.length; at += 1)
    numbers[at] = halves[2 * at + HIGH_HALF]! * HIGH + (halves[2 * at + LOW_HALF]! >>> 0);
  return numbers;
}

/** The same, where each of them is held exactly; else null. */
export function safeNumbers(integers: BigInt64Array): Float64Array | null {
  const numbers = float64s(integers);
  // A loop: a call for each takes several times as long.
  for (let at = 0; at < numbers.length; at += 1) if (!Number.isSafeInteger(numbers[at])) return null;
  return numbers;
}

const HIGH_HALF = new Uint8Array(new BigInt64Array([1n]).buffer)[0] === 1 ? 1 : 0;
const LOW_HALF = 1 - HIGH_HALF;
