import { wideForeach } from "../wide-foreach.ts";
import type { BenchCase } from "../bench-case.ts";

const TASKS = 10_000;

export const foreach10000: BenchCase = {
  name: "foreach-10000",
  measures: `run of a foreach of ${TASKS} trivial tasks and its join`,
  runs: 2,
  target: { firstAtMostMs: 10_000 },
  prepare: async ({ folder }) => ({
    first: wideForeach({ folder, tasks: TASKS }),
    second: null,
  }),
};
