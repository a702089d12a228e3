import { Command } from "commander";
import type { CliContext } from "../../cli-context.ts";
import { addParameterOptions } from "../../add-parameter-options.ts";
import { addRunOptions } from "../run/add-run-options.ts";
import type { ResumeFlags } from "./flags.ts";

/** `resume`: reuses what an earlier run finished and executes the rest. */
export function resumeCommand(context: CliContext): Command {
  const command = new Command("resume")
    .description("continue a run that failed or was killed, as a new run that reuses what had finished")
    .argument("[step]", "run this step and all that follows again")
    .option("--origin-run-id <run>", "the run to resume (default: your latest one; latest:any is anybody's)")
    .option("--dry-run", "only print what would be reused and what would run");
  const texts = addParameterOptions(addRunOptions(command), context);
  return command.action(async (step: string | undefined, flags: ResumeFlags) => {
    const { runFlow } = await import("../run/run.ts");
    const { branch, production: isProduction } = flags;
    const run = flags.originRunId ?? null;
    const resume = { step: step ?? null, run, branch: { branch, isProduction }, isDryRun: flags.dryRun === true };
    await runFlow(context, { flags, command, parameters: texts, resume });
  });
}
