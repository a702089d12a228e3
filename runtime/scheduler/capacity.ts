/** Something of which there is a certain amount, which tasks share: GPUs of this machine, memory, licences. */
export interface Capacity {
  readonly name: string;
  readonly count: number;
  /** How much of it a task of that step takes, at most all; 0 for one that needs none or gets it elsewhere. */
  readonly takenBy: (step: string) => number;
}

/** What each step takes of each capacity, and how much of them is in use. */
export class CapacityUse {
  readonly #capacities: readonly Capacity[];
  readonly #inUse: number[];
  readonly #wanted = new Map<string, readonly number[]>();

  constructor(capacities: readonly Capacity[]) {
    this.#capacities = capacities;
    this.#inUse = capacities.map(() => 0);
  }

  /** The steps with the same number take of the same capacities; 0: of none. */
  lane(step: string): number {
    return this.takenBy(step).reduce((lane, amount, at) => lane + (amount > 0 ? 2 ** at : 0), 0);
  }

  /** By capacity. */
  takenBy(step: string): readonly number[] {
    let taken = this.#wanted.get(step);
    if (taken === undefined) {
      taken = this.#capacities.map(({ takenBy }) => takenBy(step));
      this.#wanted.set(step, taken);
    }
    return taken;
  }

  /** What has to be free for this many tasks of a step that start together: all of it, where they want more. */
  wantedBy(step: string, tasks: number): readonly number[] {
    return this.takenBy(step).map((amount, at) => Math.min(amount * tasks, this.#capacities[at]?.count ?? 0));
  }

  /** @param reserved - kept for others, by capacity */
  hasRoom(wanted: readonly number[], reserved: readonly number[]): boolean {
    return this.#capacities.every(({ count }, at) => {
      const amount = wanted[at] ?? 0;
      return amount === 0 || amount <= count - (this.#inUse[at] ?? 0) - (reserved[at] ?? 0);
    });
  }

  take(step: string): void {
    this.#add(step, 1);
  }

  giveBack(step: string): void {
    this.#add(step, -1);
  }

  #add(step: string, sign: 1 | -1): void {
    const taken = this.takenBy(step);
    for (let at = 0; at < taken.length; at += 1) this.#inUse[at] = (this.#inUse[at] ?? 0) + sign * (taken[at] ?? 0);
  }
}
