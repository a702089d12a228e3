import { timeCommand } from "../command.ts";
import { freshFolder } from "../fresh-folder.ts";
import { millraceCommand } from "../millrace.ts";
import type { BenchCase } from "../bench-case.ts";

const LIMITS = ["--max-workers", "8", "--max-cpu", "4", "--max-memory", "3000"];

/** The throughput of one side over the other's is the ratio of their times: both do the same work. */
export const admit: BenchCase = {
  name: "admit",
  measures:
    "run of 32 tasks that ask for four times what they use, with --admit usage, and packed by what they ask for",
  runs: 5,
  target: { atLeast: 1.5 },
  prepare: async ({ folder }) => {
    const store = freshFolder(folder);
    const run = (how: "asked" | "usage") => {
      const args = ["run", ...LIMITS, "--admit", how, "--datastore", store];
      return timeCommand(millraceCommand("admit.ts", { args, expects: { exitCode: 0, prints: /result=32\b/ } }));
    };
    // What past runs used.
    await run("asked");
    return {
      first: { label: "--admit usage", measure: () => run("usage"), warmUp: () => Promise.resolve() },
      second: { label: "as asked", measure: () => run("asked"), warmUp: () => Promise.resolve() },
    };
  },
};
