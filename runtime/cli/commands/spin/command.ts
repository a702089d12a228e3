import { Command } from "commander";
import type { CliContext } from "../../cli-context.ts";
import { addParameterOptions } from "../../add-parameter-options.ts";
import { addConfigOptions } from "../../config-texts.ts";
import { withBranchOptions } from "../../owner-meant.ts";
import type { SpinFlags } from "./flags.ts";

/** `spin STEP`: tries one step out on what a past task took in. */
export function spinCommand(context: CliContext): Command {
  const command = withBranchOptions(addConfigOptions(new Command("spin")))
    .description("run one step with the code as it is now, on the inputs of a past task; changes no run")
    .argument("<step>", "the step to execute")
    .option("--pathspec <run/step/task>", "the past task (default: the step's first one in your latest run)")
    .option("--inspect", "wait for a debugger before the step begins")
    .option("--datastore <location>", "folder or bucket of the runs (default: the nearest .millrace, here or above)")
    .option("--json", "print the outcome as JSON");
  const texts = addParameterOptions(command, context);
  return command.action(async (step: string, flags: SpinFlags) => {
    const { spinStep } = await import("./run.ts");
    await spinStep(context, { step, flags, command, parameters: texts });
  });
}
