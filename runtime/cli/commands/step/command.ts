import { Command } from "commander";
import type { StoreContext } from "../../cli-context.ts";

/** `step`: what the target of a deployment starts on a machine with the package, not people. */
export function stepCommand(context: StoreContext): Command {
  return new Command("step")
    .description("execute a task of a deployed run, as the environment says")
    .option("--datastore <location>", "folder or bucket of the run")
    .option("--root <folder>", "where the project lies, if not where it lay when it was deployed")
    .action(async (flags: { datastore?: string; root?: string }) => {
      const { executeStep } = await import("./run.ts");
      await executeStep(context, flags);
    });
}
