import { readFileSync } from "node:fs";
import path from "node:path";
import { timeCommand, type Command, type Expectation } from "./command.ts";
import { metaflowCommand, type Metaflow } from "./metaflow.ts";
import { millraceCommand } from "./millrace.ts";

/** Makes commands for the foreach flow of one of the two programs. */
export interface ForeachFlow {
  /** `run` with so many tasks, into a store of its own. */
  readonly run: (options: { readonly tasks: number; readonly store: string }) => Command;
  /** A run whose last step failed, in this store, and the command that resumes it. */
  readonly failedRun: (options: { readonly tasks: number; readonly store: string }) => Promise<Command>;
}

interface ForeachCommand {
  readonly args: readonly string[];
  readonly store: string;
  /** The step that throws if it is executed. */
  readonly fails?: string;
  readonly expects: Expectation;
}

export function millraceForeach(): ForeachFlow {
  return foreachFlow(({ args, store, fails, expects }) =>
    millraceCommand("foreach.ts", { args: [...args, "--datastore", store], env: failing(fails), expects }),
  );
}

export function metaflowForeach(metaflow: Metaflow): ForeachFlow {
  return foreachFlow(({ args, store, fails, expects }) =>
    metaflowCommand(metaflow, "foreach.py", { args, folder: store, env: failing(fails), expects }),
  );
}

function foreachFlow(command: (parts: ForeachCommand) => Command): ForeachFlow {
  return {
    run: ({ tasks, store }) => command({ args: ["run", "--count", `${tasks}`], store, expects: success(tasks) }),
    failedRun: async ({ tasks, store }) => {
      const idFile = path.join(path.dirname(store), `${path.basename(store)}-run-id`);
      const args = ["run", "--count", `${tasks}`, "--run-id-file", idFile];
      await timeCommand(command({ args, store, fails: "end", expects: { exitCode: 1, prints: /asked end to fail/ } }));
      const originRunId = readFileSync(idFile, "utf8").trim();
      // A task of the foreach that is executed again fails: a resume that counts has reused all of them.
      return command({
        args: ["resume", "--origin-run-id", originRunId],
        store,
        fails: "work",
        expects: success(tasks),
      });
    },
  };
}

function failing(step: string | undefined): NodeJS.ProcessEnv {
  return step === undefined ? {} : { BENCH_FAILS: step };
}

/** The sum of the squares below `tasks`. */
export function success(tasks: number): Expectation {
  const total = ((tasks - 1) * tasks * (2 * tasks - 1)) / 6;
  return { exitCode: 0, prints: new RegExp(`result=${total}\\b`) };
}
