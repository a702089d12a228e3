import { millraceLinear } from "./linear.ts";
import type { BenchCase } from "../bench-case.ts";

export const noise: BenchCase = {
  name: "noise",
  measures: "the linear flow against itself: how far a ratio strays by chance on this machine",
  runs: 5,
  prepare: async ({ folder }) => ({ first: millraceLinear(folder), second: millraceLinear(folder) }),
};
