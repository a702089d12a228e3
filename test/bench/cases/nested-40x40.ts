import { timeCommand } from "../command.ts";
import { freshFolder } from "../fresh-folder.ts";
import { millraceCommand } from "../millrace.ts";
import type { BenchCase } from "../bench-case.ts";

const ITEMS = 40;

export const nested40x40: BenchCase = {
  name: "nested-40x40",
  measures: `run of a foreach of ${ITEMS} in a foreach of ${ITEMS}: 1,600 trivial tasks and ${ITEMS + 1} joins`,
  runs: 3,
  prepare: async ({ folder }) => {
    const measure = (count: number) => {
      const tasks = count * count;
      const expects = { exitCode: 0, prints: new RegExp(`result=${(tasks * (tasks - 1)) / 2}\\b`) };
      const args = ["run", "--count", `${count}`, "--datastore", freshFolder(folder)];
      return timeCommand(millraceCommand("nested.ts", { args, expects }));
    };
    return {
      first: { label: "Millrace", measure: () => measure(ITEMS), warmUp: () => measure(2) },
      second: null,
    };
  },
};
