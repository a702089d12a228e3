import { wideForeach } from "../wide-foreach.ts";
import type { BenchCase } from "../bench-case.ts";

export const foreach100000: BenchCase = {
  name: "foreach-100000",
  measures: "run of a foreach of 10,000 trivial tasks, against one of 100,000: ten times the time if it is linear",
  runs: 1,
  isLong: true,
  // What grows with the square would be a hundred times.
  target: { atMost: 11 },
  prepare: async ({ folder }) => ({
    first: wideForeach({ folder, tasks: 10_000 }),
    second: wideForeach({ folder, tasks: 100_000, peakAtMostMb: 500 }),
  }),
};
