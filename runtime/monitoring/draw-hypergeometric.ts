import { logFactorial } from "./log-factorial.ts";

/** Rows that are drawn, without putting them back, from rows of which some are in a cell. */
export interface Urn {
  /** Rows in the cell. */
  readonly inside: number;
  /** All other rows. */
  readonly outside: number;
  readonly drawn: number;
}

/** So few are drawn one by one. */
const FEW = 10;
const WIDTH = 2 * Math.sqrt(2 / Math.E);
const LEAST_WIDTH = 3 - 2 * Math.sqrt(3 / Math.E);

/**
 * How many of the drawn rows are in the cell, at random, in a time that does not depend on how many there are: ratio of
 * uniforms (Stadlober, 1990).
 */
export function drawHypergeometric({ inside, outside, drawn }: Urn, random: () => number): number {
  const all = inside + outside;
  // Of what is drawn and what is left, and of the two kinds, the smaller ones.
  const taken = Math.min(drawn, all - drawn);
  const few = Math.min(inside, outside);
  const found = taken <= FEW ? oneByOne(few, { all, taken }, random) : byRatio({ few, many: all - few, taken }, random);
  const insideTaken = inside <= outside ? found : taken - found;
  return taken === drawn ? insideTaken : inside - insideTaken;
}

function oneByOne(few: number, { all, taken }: { all: number; taken: number }, random: () => number): number {
  let left = few;
  for (let at = 0; at < taken; at += 1) if (random() * (all - at) < left) left -= 1;
  return few - left;
}

function byRatio({ few, many, taken }: { few: number; many: number; taken: number }, random: () => number): number {
  const all = few + many;
  const center = (taken * few) / all + 0.5;
  const spread = Math.sqrt(((all - taken) * taken * (few / all) * (many / all)) / (all - 1) + 0.5);
  const width = WIDTH * spread + LEAST_WIDTH;
  const end = Math.min(Math.min(taken, few) + 1, Math.floor(center + 16 * spread));
  const weight = (count: number) =>
    logFactorial(count) + logFactorial(few - count) + logFactorial(taken - count) + logFactorial(many - taken + count);
  const least = weight(Math.floor(((taken + 1) * (few + 1)) / (all + 2)));
  for (;;) {
    const height = random();
    const at = center + (width * (random() - 0.5)) / height;
    if (!(at >= 0 && at < end)) continue;
    const count = Math.floor(at);
    const density = least - weight(count);
    if (height * (4 - height) - 3 <= density) return count;
    if (height * (height - density) < 1 && 2 * Math.log(height) <= density) return count;
  }
}
