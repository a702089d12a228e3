import { Command } from "commander";
import type { CliContext } from "../../cli-context.ts";
import { addParameterOptions } from "../../add-parameter-options.ts";
import type { RunFlags } from "./flags.ts";
import { addRunOptions } from "./add-run-options.ts";

/** `run`: executes the flow. */
export function runCommand(context: CliContext): Command {
  const command = addRunOptions(new Command("run").description("run the flow"));
  command.option("--detach", "go on in the background: print the run's id and return");
  const texts = addParameterOptions(command, context);
  return command.action(async (flags: RunFlags) => {
    const { runFlow } = await import("./run.ts");
    await runFlow(context, { flags, command, parameters: texts, resume: null });
  });
}
