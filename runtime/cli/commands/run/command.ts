import { Command, InvalidArgumentError, Option } from "commander";
import type { CliContext } from "../../context.ts";
import { addConfigOptions, addParameterOptions } from "../../flow-options.ts";
import type { RunFlags } from "./flags.ts";

/** `run`: executes the flow. */
export function runCommand(context: CliContext): Command {
  const command = addRunOptions(new Command("run").description("run the flow"));
  const texts = addParameterOptions(command, context);
  return command.action(async (flags: RunFlags) => {
    const { runFlow } = await import("../../run-flow.ts");
    await runFlow(context, { flags, command, parameters: texts, resume: null });
  });
}

/** `resume`: takes over what an earlier run finished and executes the rest. */
export function resumeCommand(context: CliContext): Command {
  const command = new Command("resume")
    .description("run the flow again from where an earlier run failed; what that run finished is taken over")
    .argument("[step]", "run this step and all that follows again")
    .option("--origin-run-id <run>", "the run to resume (default: the latest)")
    .option("--dry-run", "only tell what would be taken over and what would run");
  const texts = addParameterOptions(addRunOptions(command), context);
  return command.action(
    async (step: string | undefined, flags: RunFlags & { originRunId?: string; dryRun?: boolean }) => {
      const { runFlow } = await import("../../run-flow.ts");
      const resume = { step: step ?? null, run: flags.originRunId ?? null, isDryRun: flags.dryRun === true };
      await runFlow(context, { flags, command, parameters: texts, resume });
    },
  );
}

function addRunOptions(command: Command): Command {
  const collect = (text: string, before: readonly string[] = []) => [...before, text];
  return addConfigOptions(command)
    .option("--datastore <location>", "folder of the runs (default: the nearest .millrace upward)")
    .option("--with <decorator>", "add a decorator to every step: --with retry:times=2; repeatable", collect)
    .option("--remote", "run the steps that name an engine (@batch, @docker) there, the others here")
    .option("--tag <tag>", "tag the run; repeatable", collect)
    .option("--branch <name>", "branch of the flow's @project (default: your own)")
    .option("--production", "run as the production branch of the flow's @project")
    .option("--max-workers <n>", "tasks at once (default: the machine's cores; 200 on AWS Batch)", wholeNumber)
    .option("--max-num-splits <n>", "most children of one split", wholeNumber, 100_000)
    .option("--run-id-file <file>", "write the run's id there")
    .addOption(
      new Option("--isolation <kind>", "fresh modules or a fresh process for each task")
        .choices(["module", "process"])
        .default("module"),
    )
    .addOption(
      new Option("--on-failure <what>", "stop everything, or finish what does not depend on the failed task")
        .choices(["stop", "finish"])
        .default("stop"),
    )
    .option("--durable", "what is stored survives a power cut; slower (default: MILLRACE_DURABLE=1)")
    .option("--json", "print the run's events as JSON lines");
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return number;
}
