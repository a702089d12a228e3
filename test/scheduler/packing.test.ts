import { describe, expect, test } from "vitest";
import type { Capacity } from "../../runtime/scheduler/capacity.ts";
import { rig, type Rig } from "./rig.ts";

const NAMES = ["a", "b", "c", "d", "e", "f", "g", "h"] as const;
const WIDE = `start() { this.next(${NAMES.map((name) => `this.${name}`).join(", ")}) }
  ${NAMES.map((name) => `${name}() { this.next(this.join) }`).join("\n")}
  join(inputs) { this.next(this.end) } end() {}`;

type Needs = Readonly<Record<string, readonly [cpu: number, memory: number]>>;
const CPU = 4000;
const MEMORY = 1000;

/** Processors in thousandths and memory in MB, as a run shares them. */
function machine(needs: Needs): readonly Capacity[] {
  return [
    { name: "CPU", count: CPU, unit: 1000, takenBy: (step) => Math.min(needs[step]?.[0] ?? 0, CPU) },
    { name: "memory", count: MEMORY, takenBy: (step) => Math.min(needs[step]?.[1] ?? 0, MEMORY) },
  ];
}

function inUse(run: Rig, needs: Needs): { cpu: number; memory: number } {
  const sum = (at: 0 | 1) => run.running().reduce((all, step) => all + (needs[step]?.[at] ?? 0), 0);
  return { cpu: sum(0), memory: sum(1) };
}

/** Numbers from 0 to 1, the same ones for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

describe("processors and memory of this machine", () => {
  test("hold for 2,000 mixes in random orders: never too much at once, nothing idle that fits, all come to their end", () => {
    for (let seed = 1; seed <= 2000; seed += 1) {
      const random = randomFrom(seed);
      const part = (most: number) => Math.floor(random() ** 2 * most);
      const needs: Needs = Object.fromEntries(NAMES.map((name) => [name, [part(CPU + 1), part(MEMORY + 1)]]));
      const run = rig(WIDE, { capacities: machine(needs), limit: 20 });
      run.succeed("start");
      while (run.running().some((step) => step in needs)) {
        const { cpu, memory } = inUse(run, needs);
        expect(Math.max(cpu / CPU, memory / MEMORY), `seed ${seed}`).toBeLessThanOrEqual(1);
        const began = new Set(run.backend.started.map(({ step }) => step));
        const fits = NAMES.filter((name) => !began.has(name)).map((name) => {
          const [ownCpu, ownMemory] = needs[name]!;
          return cpu + ownCpu <= CPU && memory + ownMemory <= MEMORY;
        });
        // What fits waits only for the sake of something that does not.
        if (fits.includes(true)) expect(fits, `seed ${seed}`).toContain(false);
        const running = run.running();
        run.succeed(running[Math.floor(random() * running.length)]!);
      }
      run.drain();
      expect(run.events.at(-1), `seed ${seed}`).toMatchObject({ type: "run-finished", status: "succeeded" });
    }
  });

  test("small tasks start beside a large one that waits, where they do not keep it waiting longer", () => {
    const needs: Needs = { a: [1000, 600], b: [1000, 600], c: [1000, 300], d: [1000, 200] };
    const run = rig(WIDE, { capacities: machine(needs), limit: 20 });
    run.succeed("start");
    // b waits for a. Beside b there is room for c or for d, not for both.
    expect(run.running().filter((step) => step in needs)).toEqual(["a", "c"]);
    run.succeed("a");
    expect(run.running().filter((step) => step in needs)).toEqual(["c", "b"]);
    run.succeed("c");
    expect(run.running().filter((step) => step in needs)).toEqual(["b", "d"]);
  });

  test("a large task starts as soon as those have ended that ran when it came, though small ones keep coming", () => {
    const flow = `start() { this.next(this.fan, this.more) }
      fan() { this.next(this.small, { foreach: "xs" }) } small() { this.next(this.gather) }
      gather(inputs) { this.next(this.join) }
      more() { this.next(this.large) } large() { this.next(this.join) }
      join(inputs) { this.next(this.end) } end() {}`;
    const needs: Needs = { small: [1000, 250], large: [1000, 900] };
    const run = rig(flow, { capacities: machine(needs), limit: 4, sizes: { fan: 40 } });
    run.succeed("start");
    run.succeed("fan");
    const before = run.running().filter((step) => step === "small").length;
    run.succeed("more");
    for (let ended = 0; ended < before; ended += 1) {
      expect(run.running()).not.toContain("large");
      run.succeed("small");
    }
    expect(run.running()).toContain("large");
  });

  test("so does one of a single processor beside smaller ones, where processors are fewer than places", () => {
    const flow = `start() { this.next(this.fan, this.more) }
      fan() { this.next(this.small, { foreach: "xs" }) } small() { this.next(this.gather) }
      gather(inputs) { this.next(this.join) }
      more() { this.next(this.whole) } whole() { this.next(this.join) }
      join(inputs) { this.next(this.end) } end() {}`;
    const takenBy = (step: string) => ({ small: 300, whole: 1000 })[step] ?? 0;
    const capacities = [{ name: "CPU", count: 1000, unit: 1000, takenBy }];
    const run = rig(flow, { capacities, limit: 16, sizes: { fan: 40 } });
    run.succeed("start");
    run.succeed("fan");
    const before = run.running().filter((step) => step === "small").length;
    run.succeed("more");
    for (let ended = 0; ended < before; ended += 1) {
      expect(run.running()).not.toContain("whole");
      run.succeed("small");
    }
    expect(run.running()).toContain("whole");
    run.drain();
    expect(run.events.at(-1)).toMatchObject({ status: "succeeded" });
  });

  test("whoever waits is told for what, and no more once it has begun", () => {
    const told: Record<string, readonly string[]>[] = [];
    const needs: Needs = { a: [1000, 800], b: [1000, 800] };
    const held = (lacking: ReadonlyMap<string, readonly string[]>) => told.push(Object.fromEntries(lacking));
    const run = rig(WIDE, { capacities: machine(needs), limit: 20, held });
    run.succeed("start");
    expect(told).toEqual([{ b: ["memory"] }]);
    run.succeed("a");
    expect(told).toEqual([{ b: ["memory"] }, {}]);
  });
});
