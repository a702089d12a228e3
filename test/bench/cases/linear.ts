import { freshFolder } from "../fresh-folder.ts";
import { timeCommand } from "../command.ts";
import { metaflowCommand, type Metaflow } from "../metaflow.ts";
import { millraceCommand, tsxCommand } from "../millrace.ts";
import type { BenchCase, Side } from "../bench-case.ts";

const EXPECTS = { exitCode: 0, prints: /result=5\b/ };

export const linear: BenchCase = {
  name: "linear",
  measures: "run of a flow of four trivial steps in a row",
  runs: 5,
  target: { atLeast: 6 },
  prepare: async ({ folder, metaflow }) => ({
    first: millraceLinear(folder),
    second: metaflow === null ? null : metaflowLinear(metaflow, folder),
  }),
};

export const linearTsx: BenchCase = {
  name: "linear-tsx",
  runs: 5,
  measures: "the same, started as tsx flow.ts run",
  prepare: async ({ folder, metaflow }) => ({
    first: side("Millrace (tsx)", { folder, command: tsxCommand }),
    second: metaflow === null ? null : metaflowLinear(metaflow, folder),
  }),
};

/** The linear flow run by Millrace. */
export function millraceLinear(folder: string): Side {
  return side("Millrace", { folder, command: millraceCommand });
}

function side(label: string, { folder, command }: { folder: string; command: typeof millraceCommand }): Side {
  const timed = () => command("linear.ts", { args: ["run", "--datastore", freshFolder(folder)], expects: EXPECTS });
  return { label, measure: () => timeCommand(timed()) };
}

function metaflowLinear(metaflow: Metaflow, folder: string): Side {
  return {
    label: "Metaflow",
    measure: () =>
      timeCommand(
        metaflowCommand(metaflow, "linear.py", { args: ["run"], folder: freshFolder(folder), expects: EXPECTS }),
      ),
  };
}
