import type { Urn } from "./draw-hypergeometric.ts";
import { logFactorial } from "./log-factorial.ts";

/** Probability that so many, or more, of the drawn rows are in the cell; or so few, or fewer: the smaller of the two. */
export function hypergeometricTail({ inside, outside, drawn }: Urn, count: number): number {
  const isHigh = count * (inside + outside) > inside * drawn;
  const first = Math.exp(choose(inside, count) + choose(outside, drawn - count) - choose(inside + outside, drawn));
  let [sum, term] = [first, first];
  for (let at = count; term > sum * 1e-12;) {
    // Of the next count further out.
    term *= isHigh
      ? ((inside - at) * (drawn - at)) / ((at + 1) * (outside - drawn + at + 1))
      : (at * (outside - drawn + at)) / ((inside - at + 1) * (drawn - at + 1));
    at += isHigh ? 1 : -1;
    sum += term;
  }
  return Math.min(sum, 1);
}

function choose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}
