import { timeCommand } from "../command.ts";
import { freshFolder } from "../fresh-folder.ts";
import { millraceCommand } from "../millrace.ts";
import { taskTimes } from "../run-times.ts";
import type { BenchCase } from "../bench-case.ts";

const ROUNDS = 500;

export const sequential: BenchCase = {
  name: "sequential",
  measures: `run of a loop of ${ROUNDS} trivial steps, one after the other`,
  runs: 3,
  prepare: async ({ folder }) => {
    const perStepMs: number[] = [];
    const measure = async (rounds: number) => {
      const store = freshFolder(folder);
      const expects = { exitCode: 0, prints: new RegExp(`result=${rounds}\\b`) };
      const args = ["run", "--rounds", `${rounds}`, "--datastore", store];
      const wallMs = await timeCommand(millraceCommand("sequential.ts", { args, expects }));
      if (rounds === ROUNDS) perStepMs.push(stepMs(store));
      return wallMs;
    };
    return {
      first: {
        label: "Millrace",
        measure: () => measure(ROUNDS),
        warmUp: () => measure(1),
        figures: () => [{ label: "from one step's end to the next one's", unit: "ms", samples: perStepMs, atMost: 2 }],
      },
      second: null,
    };
  },
};

/** From end to end: more than from one's end to the next one's start, as it holds the trivial body and its commit. */
function stepMs(store: string): number {
  const rounds = taskTimes(store).filter(({ step }) => step === "round");
  return ((rounds.at(-1)?.endedMs ?? NaN) - (rounds[0]?.endedMs ?? NaN)) / (rounds.length - 1);
}
