import { Command } from "commander";
import type { CliContext } from "../../cli-context.ts";
import { withBranchOptions } from "../../owner-meant.ts";
import type { DevFlags } from "./flags.ts";

/** `dev [STEP]`: tries a step out again at each save. */
export function devCommand(context: CliContext): Command {
  const command = withBranchOptions(new Command("dev"))
    .description("spin a step, and again each time you save a module that it reaches, until Ctrl-C")
    .argument("[step]", "the step to execute (default: the one that failed in your latest run, else the first)")
    .option("--pathspec <run/step/task>", "the past task (default: the step's first one in your latest run)")
    .option("--datastore <location>", "folder or bucket of the runs (default: the nearest .millrace, here or above)")
    .addHelpText("after", "\nParameters and configurations are given as to spin: --epochs 5 --config-value name json")
    // What spin takes beside these, it judges itself.
    .allowUnknownOption()
    .allowExcessArguments();
  return command.action(async (_step: string | undefined, flags: DevFlags) => {
    const { devStep } = await import("./run.ts");
    await devStep(context, { flags, words: command.args });
  });
}
