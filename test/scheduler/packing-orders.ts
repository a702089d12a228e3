import fc from "fast-check";
import { expect } from "vitest";
import type { Capacity } from "../../runtime/scheduler/capacity.ts";
import { rig, type Rig } from "./rig.ts";

const NAMES = ["a", "b", "c", "d", "e", "f", "g"] as const;
const WIDE = `start() { this.next(${NAMES.map((name) => `this.${name}`).join(", ")}) }
  ${NAMES.map((name) => `${name}() { this.next(this.join) }`).join("\n")}
  join(inputs) { this.next(this.end) } end() {}`;
const COUNTS = [10, 16] as const;
const OUT_OF_MEMORY = {
  isCrash: true,
  error: { name: "OutOfMemory", code: "MILLRACE_OUT_OF_MEMORY", message: "killed" },
} as const;

/** What a task takes of each capacity: at first, and once it has run out of memory. */
interface Need {
  readonly used: readonly number[];
  readonly asked: readonly number[];
}

const amounts = fc.tuple(...COUNTS.map((count) => fc.integer({ min: 0, max: count })));
const mix = fc.record({
  needs: fc.tuple(...NAMES.map(() => fc.record({ used: amounts, asked: amounts }))),
  /** Which of the running tasks ends next, and whether it has run out of memory. */
  order: fc.infiniteStream(fc.record({ which: fc.nat(), dies: fc.integer({ min: 0, max: 9 }).map((of) => of === 0) })),
});

/** What ran when a task was found to wait, and what has started since. */
interface Wait {
  readonly step: string;
  readonly late: Set<string>;
}

/**
 * Lets tasks end in random orders, some for want of memory, and compares each moment with what plain search over all of
 * the waiting tasks says: never more than there is; nothing waits that fits, but for the sake of another; what started
 * since the one that waits longest was found to wait fits beside it, so that it comes next, unless it wants the least
 * that anything can, which no others can keep from it by small parts; all come to their end.
 */
export function tryOrders(runs: number): void {
  fc.assert(
    fc.property(mix, ({ needs, order }) => {
      const needOf = new Map<string, Need>(NAMES.map((name, at) => [name, needs[at] as Need]));
      const moment = new Moment(needOf);
      for (const { which, dies } of order) {
        const running = moment.run.running().filter((step) => needOf.has(step));
        if (running.length === 0) break;
        moment.end(running[which % running.length] as string, dies);
        moment.check();
      }
      moment.run.drain();
      expect(moment.run.events.at(-1)).toMatchObject({ type: "run-finished", status: "succeeded" });
    }),
    { numRuns: runs },
  );
}

class Moment {
  readonly run: Rig;
  readonly #needs: ReadonlyMap<string, Need>;
  readonly #victims = new Set<string>();
  readonly #done = new Set<string>();
  #longest: Wait | null = null;

  constructor(needs: ReadonlyMap<string, Need>) {
    this.#needs = needs;
    const capacities = COUNTS.map((count, at): Capacity => ({
      name: String(at),
      count,
      takenBy: (step) => needs.get(step)?.used[at] ?? 0,
      hurts: (step) => needs.has(step),
      fullyTakenBy: (step) => Math.max(needs.get(step)?.used[at] ?? 0, needs.get(step)?.asked[at] ?? 0),
    }));
    this.run = rig(WIDE, { capacities, limit: 20 });
    this.run.succeed("start");
    this.check();
  }

  /** Out of memory once, each task is run again; the second time it succeeds. */
  end(step: string, dies: boolean): void {
    const before = new Set(this.run.running());
    if (dies && !this.#victims.has(step)) {
      this.#victims.add(step);
      this.run.fail(step, OUT_OF_MEMORY);
    } else {
      this.#done.add(step);
      this.run.succeed(step);
    }
    const isStarted = (one: string) => !before.has(one) || one === step;
    for (const one of this.run.running()) if (isStarted(one)) this.#longest?.late.add(one);
    this.#longest?.late.delete(step);
  }

  check(): void {
    const running = this.run.running().filter((step) => this.#needs.has(step));
    const inUse = this.#sum(running);
    expect(COUNTS.every((count, at) => (inUse[at] ?? 0) <= count)).toBe(true);
    const waiting = NAMES.filter((name) => !running.includes(name) && !this.#done.has(name));
    const fits = waiting.map((step) => this.#fits([...running, step]));
    if (fits.includes(true)) expect(fits).toContain(false);
    if (this.#longest !== null && !waiting.includes(this.#longest.step as (typeof NAMES)[number])) this.#longest = null;
    const { step, late } = this.#longest ?? {};
    if (step !== undefined && late !== undefined)
      expect(this.#fits([...[...late].filter((one) => running.includes(one)), step])).toBe(true);
    const [first = ""] = waiting;
    const isLarge = this.#sum([first]).reduce((sum, amount) => sum + amount, 0) > 1;
    if (waiting.length === 1 && isLarge && this.#longest === null) this.#longest = { step: first, late: new Set() };
  }

  #fits(steps: readonly string[]): boolean {
    const sum = this.#sum(steps);
    return COUNTS.every((count, at) => (sum[at] ?? 0) <= count);
  }

  #sum(steps: readonly string[]): number[] {
    return COUNTS.map((_, at) =>
      steps.reduce((sum, step) => {
        const { used, asked } = this.#needs.get(step) ?? { used: [], asked: [] };
        return sum + (this.#victims.has(step) ? Math.max(used[at] ?? 0, asked[at] ?? 0) : (used[at] ?? 0));
      }, 0),
    );
  }
}
