import { timeCommand } from "../command.ts";
import { freshFolder } from "../fresh-folder.ts";
import { millraceCommand } from "../millrace.ts";
import { taskTimes } from "../run-times.ts";
import type { BenchCase, Side } from "../bench-case.ts";

const STEPS = 20;
const ROW_BYTES = 200;

export const byReference: BenchCase = {
  name: "by-reference",
  measures: `run that makes an object of 20 MB, passes it through ${STEPS} steps and reads it, against one of 20 kB`,
  runs: 3,
  prepare: async ({ folder }) => ({
    first: side("20 kB", { folder, bytes: 20_000 }),
    second: side("20 MB", { folder, bytes: 20_000_000 }),
  }),
};

function side(label: string, { folder, bytes }: { folder: string; bytes: number }): Side {
  const passedMs: number[] = [];
  const run = async () => {
    const store = freshFolder(folder);
    const expects = { exitCode: 0, prints: new RegExp(`result=${(bytes / ROW_BYTES) * STEPS}\\b`) };
    const args = ["run", "--bytes", `${bytes}`, "--rounds", `${STEPS}`, "--datastore", store];
    const wallMs = await timeCommand(millraceCommand("by-reference.ts", { args, expects }));
    return { wallMs, throughMs: throughMs(store) };
  };
  return {
    label,
    measure: async () => {
      const { wallMs, throughMs } = await run();
      passedMs.push(throughMs);
      return wallMs;
    },
    warmUp: run,
    figures: () => [
      { label: `${label} through ${STEPS} steps, made before and read after`, unit: "ms", samples: passedMs },
    ],
  };
}

function throughMs(store: string): number {
  const rounds = taskTimes(store).filter(({ step }) => step === "round");
  return (rounds.at(-1)?.endedMs ?? NaN) - (rounds[0]?.startedMs ?? NaN);
}
