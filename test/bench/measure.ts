import type { Pair, Side } from "./bench-case.ts";

/** Wall times in the order of measurement, in milliseconds. */
export interface Samples {
  readonly firstMs: readonly number[];
  /** As many as `firstMs`, or none without a second side. */
  readonly secondMs: readonly number[];
}

/** Measures first, second, first, second …, so that a machine that grows slower does so for both. */
export async function measurePairs(pair: Pair, runs: number): Promise<Samples> {
  const sides = pair.second === null ? [pair.first] : [pair.first, pair.second];
  for (const side of sides) await warmUp(side);
  const firstMs: number[] = [];
  const secondMs: number[] = [];
  for (let run = 0; run < runs; run++) {
    firstMs.push(await pair.first.measure());
    if (pair.second !== null) secondMs.push(await pair.second.measure());
  }
  return { firstMs, secondMs };
}

async function warmUp(side: Side): Promise<void> {
  await (side.warmUp ?? side.measure)();
}
