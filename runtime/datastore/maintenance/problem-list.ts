import type { KindCount, Problem } from "./problem.ts";

/** This many of each kind are told one by one. */
const EXAMPLES = 20;

/** Counts problems by kind and keeps the first of each: a store may have lost a million blobs at once. */
export class ProblemList {
  readonly examples: Problem[] = [];
  readonly #counts = new Map<string, { count: number; repaired: number }>();

  add(found: Problem): void {
    const counts = this.#counts.get(found.kind) ?? { count: 0, repaired: 0 };
    this.#counts.set(found.kind, counts);
    counts.count += 1;
    if (found.isRepaired) counts.repaired += 1;
    if (counts.count <= EXAMPLES) this.examples.push(found);
  }

  get kinds(): readonly KindCount[] {
    return [...this.#counts].map(([kind, counts]) => ({ kind, ...counts }));
  }
}
