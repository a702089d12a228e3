/** Something of which there is a certain amount, which tasks share: processors, memory or GPUs of this machine, licences. */
export interface Capacity {
  readonly name: string;
  readonly count: number;
  /** What is taken at the least: tasks that take no more cannot keep each other waiting. @defaultValue 1 */
  readonly unit?: number;
  /** How much of it an attempt of that step's tasks takes, at most all; 0 for one that needs none or gets it elsewhere. */
  readonly takenBy: (step: string, attempt: number) => number;
  /** The same of a task that has run out of memory once: all that it asks for. @defaultValue as {@link takenBy} */
  readonly fullyTakenBy?: (step: string, attempt: number) => number;
  /** Whether such a task may run out of it, since it takes less than it asks for. @defaultValue never */
  readonly hurts?: (step: string, attempt: number) => boolean;
}

const NOTHING: readonly string[] = [];

/** An attempt of a step's task. */
export interface AttemptOf {
  readonly step: string;
  readonly attempt: number;
  /** True if the task has run out of memory before. @defaultValue false */
  readonly isVictim?: boolean;
}

/** What each step takes of each capacity, and how much of them is in use. */
export class CapacityUse {
  readonly #capacities: readonly Capacity[];
  readonly #inUse: number[];
  /** Of that, what was taken since something waits for room: {@link reserveFrom}. */
  readonly #late: number[];
  readonly #lateTasks = new Set<number>();
  /** By step and attempt. */
  readonly #wanted = new Map<string, (readonly number[])[]>();
  /** The same of tasks that have run out of memory. */
  readonly #fullyWanted = new Map<string, (readonly number[])[]>();
  /** By capacity, the smallest part of it that anything takes which has been asked for so far. */
  readonly #least: (number | undefined)[] = [];
  /** By what a step takes, in one text. */
  readonly #lanes = new Map<string, number>();

  constructor(capacities: readonly Capacity[]) {
    this.#capacities = capacities;
    this.#inUse = capacities.map(() => 0);
    this.#late = capacities.map(() => 0);
  }

  /** Those with the same number take the same; 0: nothing. */
  lane(of: AttemptOf): number {
    const taken = this.takenBy(of);
    if (taken.every((amount) => amount === 0)) return 0;
    const key = taken.join(" ");
    const lane = this.#lanes.get(key) ?? this.#lanes.size + 1;
    this.#lanes.set(key, lane);
    return lane;
  }

  /** By capacity. */
  takenBy({ step, attempt, isVictim = false }: AttemptOf): readonly number[] {
    const known = isVictim ? this.#fullyWanted : this.#wanted;
    let ofStep = known.get(step);
    if (ofStep === undefined) known.set(step, (ofStep = []));
    return (ofStep[attempt] ??= this.#capacities.map(({ takenBy, fullyTakenBy = takenBy }, at) => {
      const amount = (isVictim ? fullyTakenBy : takenBy)(step, attempt);
      if (amount > 0) this.#least[at] = Math.min(this.#least[at] ?? amount, amount);
      return amount;
    }));
  }

  /** True for what may have run out of memory since it takes less than it asks for. */
  isHurt({ step, attempt }: Omit<AttemptOf, "isVictim">): boolean {
    return this.#capacities.some(({ hurts }) => hurts?.(step, attempt) === true);
  }

  /** What has to be free for this many tasks of a step that start together: all of it, where they want more. */
  wantedBy(of: AttemptOf, tasks: number): readonly number[] {
    return this.takenBy(of).map((amount, at) => Math.min(amount * tasks, this.#capacities[at]?.count ?? 0));
  }

  /**
   * The names of what there is too little of to take that much now: none, where it may be taken without keeping longer
   * waiting what waits for room already. What is in use since before that began to wait is given back sooner or later, so
   * only what came since, this, and that have to fit together.
   *
   * @param reserved - what waits needs, by capacity
   */
  lacking(wanted: readonly number[], reserved: readonly number[]): readonly string[] {
    let names: string[] | null = null;
    for (let at = 0; at < wanted.length; at += 1) {
      const amount = wanted[at] ?? 0;
      const { name, count } = this.#capacities[at] as Capacity;
      const most = count - Math.max(this.#inUse[at] ?? 0, (this.#late[at] ?? 0) + (reserved[at] ?? 0));
      if (amount > 0 && amount > most) (names ??= []).push(name);
    }
    return names ?? NOTHING;
  }

  /** True for what others could keep waiting for ever, each taking a part of what it needs. */
  isAtRisk(wanted: readonly number[]): boolean {
    let units = 0;
    for (let at = 0; at < wanted.length; at += 1) {
      const amount = wanted[at] ?? 0;
      if (amount > (this.#least[at] ?? Infinity)) return true;
      units += Math.ceil(amount / (this.#capacities[at]?.unit ?? 1));
    }
    return units > 1;
  }

  /** @param of - `isLate`: something waits for room meanwhile */
  take(started: AttemptOf, { task, isLate }: { task: number; isLate: boolean }): void {
    add(this.#inUse, this.takenBy(started), 1);
    if (!isLate) return;
    this.#lateTasks.add(task);
    add(this.#late, this.takenBy(started), 1);
  }

  /** @param ended - as it was when it took it */
  giveBack(ended: AttemptOf, task: number): void {
    add(this.#inUse, this.takenBy(ended), -1);
    if (this.#lateTasks.delete(task)) add(this.#late, this.takenBy(ended), -1);
  }

  /** Nothing waits for room any more. */
  noneWaits(): void {
    if (this.#lateTasks.size === 0) return;
    this.#lateTasks.clear();
    this.#late.fill(0);
  }
}

function add(amounts: number[], taken: readonly number[], sign: 1 | -1): void {
  for (let at = 0; at < taken.length; at += 1) amounts[at] = (amounts[at] ?? 0) + sign * (taken[at] ?? 0);
}
