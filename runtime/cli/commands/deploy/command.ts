import { Command } from "commander";
import { largest } from "../../../../sdk/base/largest.ts";
import { TARGETS } from "../../../deploy/index.ts";
import { addParameterOptions } from "../../add-parameter-options.ts";
import type { CliContext } from "../../cli-context.ts";
import { addOptionsOfRuns } from "../run/add-run-options.ts";
import type { DeployFlags } from "./flags.ts";

/** A flow may have parameters of these names: they are given by their variables. */
const OWN_OPTIONS = ["--name", "--paused", "--only-spec", "--out", "--take-over"];

/** `deploy TARGET`: makes the next version of a deployment of the flow. */
export function deployCommand(context: CliContext): Command {
  const width = largest(TARGETS.map(({ name }) => name.length));
  const command = new Command("deploy")
    .description("make the flow run when nobody is at the keyboard: the next version of its deployment")
    .argument("<target>", `who runs it: ${TARGETS.map(({ name }) => name).join(", ")}`)
    .option("--name <name>", "name of the deployment (default: the flow's, or project.branch.flow)")
    .option("--paused", "it does not run until deployment unpause")
    .option("--only-spec", "print what would be installed, and touch nothing")
    .option("--out <file>", "write what is installed there; with --only-spec instead of printing it")
    .option("--take-over", "also if the deployment belongs to another user: it is yours then");
  addOptionsOfRuns(command).option("--json", "print only JSON on stdout");
  const texts = addParameterOptions(command, context, { kept: OWN_OPTIONS });
  const targets = TARGETS.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`);
  command.addHelpText("after", `\nTargets:\n${targets.join("\n")}\n\nExample: ${context.programName} deploy local`);
  return command.action(async (target: string, flags: DeployFlags) => {
    const { deployFlow } = await import("./run.ts");
    await deployFlow(context, { target, flags, command, parameters: texts });
  });
}
