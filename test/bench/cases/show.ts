import { timeCommand } from "../command.ts";
import { tsxCommand } from "../millrace.ts";
import type { BenchCase } from "../bench-case.ts";

export const show: BenchCase = {
  name: "show",
  measures: "`tsx flow.ts show` against a bare `tsx hello.ts` that prints one line",
  runs: 9,
  target: { atMost: 1.5 },
  prepare: async () => {
    const hello = tsxCommand("hello.ts", { expects: { exitCode: 0, prints: /^hello$/m } });
    const shown = tsxCommand("linear.ts", {
      args: ["show"],
      expects: { exitCode: 0, prints: /BenchLinear[^]*double/ },
    });
    return {
      first: { label: "bare tsx", measure: () => timeCommand(hello) },
      second: { label: "show", measure: () => timeCommand(shown) },
    };
  },
};
