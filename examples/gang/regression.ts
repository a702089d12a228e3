/** Measurements of houses, and what they were sold for. */
export interface Rows {
  /** Row after row. */
  readonly features: Float64Array;
  readonly prices: Float64Array;
}

export const FEATURES = 8;

/** Rows whose prices follow hidden weights, with noise: the same ones for the same seed. */
export function makeRows(count: number, seed: number): Rows {
  const random = randomNumbers(seed);
  const hidden = Float64Array.from({ length: FEATURES }, () => 4 * random() - 2);
  const features = Float64Array.from({ length: count * FEATURES }, () => 2 * random() - 1);
  const prices = Float64Array.from({ length: count }, (_, row) => {
    let price = (random() - 0.5) / 5;
    for (let at = 0; at < FEATURES; at += 1) price += (features[row * FEATURES + at] ?? 0) * (hidden[at] ?? 0);
    return price;
  });
  return { features, prices };
}

/** The gradient of the squared error over rows from `from` to before `to`, and behind it that error: `FEATURES + 1` numbers. */
export function gradient(
  { features, prices }: Rows,
  weights: Float64Array,
  at: { from: number; to: number },
): Float64Array {
  const sums = new Float64Array(FEATURES + 1);
  for (let row = at.from; row < at.to; row += 1) {
    let miss = -(prices[row] ?? 0);
    for (let one = 0; one < FEATURES; one += 1) miss += (features[row * FEATURES + one] ?? 0) * (weights[one] ?? 0);
    for (let one = 0; one < FEATURES; one += 1)
      sums[one] = (sums[one] ?? 0) + 2 * miss * (features[row * FEATURES + one] ?? 0);
    sums[FEATURES] = (sums[FEATURES] ?? 0) + miss * miss;
  }
  return sums;
}

/** Mulberry32, by Tommy Ettinger: numbers from 0 to below 1. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
