/** Entries with the one that comes before all others on top; each has the rank of its row. */
export class RankedHeap {
  readonly #ranks: number[] = [];
  readonly #isBefore: (rank: number, other: number) => boolean;

  constructor(isBefore: (rank: number, other: number) => boolean) {
    this.#isBefore = isBefore;
  }

  push(rank: number): void {
    const ranks = this.#ranks;
    let at = ranks.length;
    ranks.push(rank);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(rank, ranks[parent]!)) break;
      ranks[at] = ranks[parent]!;
      at = parent;
    }
    ranks[at] = rank;
  }

  /** The first of those that are not out. */
  top(from: number): number | undefined {
    while (this.#ranks.length > 0 && this.#ranks[0]! < from) this.#pop();
    return this.#ranks[0];
  }

  clear(): void {
    this.#ranks.length = 0;
  }

  #pop(): void {
    const ranks = this.#ranks;
    const last = ranks.pop()!;
    if (ranks.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= ranks.length) break;
      if (child + 1 < ranks.length && this.#isBefore(ranks[child + 1]!, ranks[child]!)) child += 1;
      if (!this.#isBefore(ranks[child]!, last)) break;
      ranks[at] = ranks[child]!;
      at = child;
    }
    ranks[at] = last;
  }
}
