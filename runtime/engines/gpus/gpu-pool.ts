import type { FoundGpus } from "./find-gpus.ts";

/** Says which GPU is whose. How many tasks may run at once is decided before: nobody waits here. */
export class GpuPool {
  readonly count: number;
  /** How many tasks use each. */
  readonly #users: Map<string, number>;

  constructor({ count, ids }: FoundGpus) {
    this.count = count;
    this.#users = new Map(ids.map((id) => [id, 0]));
  }

  /** How many a task gets that asks for so many. */
  share(wanted: number): number {
    return Math.min(wanted, this.count);
  }

  /** Free ones, as long as there are any: members of a gang, which start together, may have to use the same. */
  take(wanted: number): readonly string[] {
    const byUse = [...this.#users].sort(([, one], [, other]) => one - other);
    const taken = byUse.slice(0, wanted).map(([id]) => id);
    this.#count(taken, 1);
    // A process can be used again by whoever gets the same ones.
    return [...this.#users.keys()].filter((id) => taken.includes(id));
  }

  giveBack(ids: readonly string[]): void {
    this.#count(ids, -1);
  }

  #count(ids: readonly string[], by: number): void {
    for (const id of ids) this.#users.set(id, (this.#users.get(id) ?? 0) + by);
  }
}
