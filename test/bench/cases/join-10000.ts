import { timeCommand } from "../command.ts";
import { millraceForeach } from "../foreach-flow.ts";
import { freshFolder } from "../fresh-folder.ts";
import { taskTimes } from "../run-times.ts";
import type { BenchCase } from "../bench-case.ts";

const TASKS = 10_000;

export const join10000: BenchCase = {
  name: "join-10000",
  measures: `the join of a foreach of ${TASKS}, which reads an artifact of every input`,
  runs: 2,
  prepare: async ({ folder }) => {
    const joinMs: number[] = [];
    const shares: number[] = [];
    const flow = millraceForeach();
    return {
      first: {
        label: "Millrace",
        measure: async () => {
          const store = freshFolder(folder);
          const wallMs = await timeCommand(flow.run({ tasks: TASKS, store }));
          const join = taskTimes(store).find(({ step }) => step === "collect");
          joinMs.push((join?.endedMs ?? NaN) - (join?.startedMs ?? NaN));
          shares.push(((joinMs.at(-1) ?? NaN) / wallMs) * 100);
          return wallMs;
        },
        warmUp: () => timeCommand(flow.run({ tasks: 1, store: freshFolder(folder) })),
        figures: () => [
          { label: "the join alone", unit: "ms", samples: joinMs },
          { label: "the join's share", unit: "%", samples: shares },
        ],
      },
      second: null,
    };
  },
};
