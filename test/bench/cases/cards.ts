import { Run } from "../../../sdk/client/index.ts";
import { timeCommand } from "../command.ts";
import { freshFolder } from "../fresh-folder.ts";
import { millraceCommand } from "../millrace.ts";
import type { BenchCase } from "../bench-case.ts";

const ROUNDS = 7;

interface BenchCards {
  readonly added: readonly number[];
}

export const cards: BenchCase = {
  name: "cards",
  measures: "step that updates a bar and a chart 10,000 times in a second: processor time, against a second without",
  runs: 1,
  prepare: async ({ folder }) => {
    const added: number[] = [];
    const measure = async (rounds: number) => {
      const store = freshFolder(folder);
      const expects = { exitCode: 0, prints: new RegExp(`result=${rounds}\\b`) };
      const args = ["run", "--rounds", `${rounds}`, "--datastore", store];
      const wallMs = await timeCommand(millraceCommand("cards.ts", { args, expects }));
      const run = await Run.get<BenchCards>("BenchCards/latest", { datastore: store });
      if (rounds === ROUNDS) added.push(...(await run.data.added));
      return wallMs;
    };
    return {
      first: {
        label: "Millrace",
        measure: () => measure(ROUNDS),
        warmUp: () => measure(1),
        figures: () => [{ label: "added by 10,000 updates to a second of work", unit: "%", samples: added, atMost: 1 }],
      },
      second: null,
    };
  },
};
