import { Command, InvalidArgumentError } from "commander";
import type { StoreContext } from "../../cli-context.ts";
import { countOption } from "../../count-option.ts";
import { wholeNumber, withInspectOptions } from "../../show/inspect-options.ts";
import type { BackfillFlags, ChangeFlags, DeploymentFlags } from "./flags.ts";

const CHANGES = [
  ["pause", "let nothing trigger it; what comes meanwhile is not kept for it"],
  ["unpause", "let it run again, from now on"],
  ["remove", "end it, at its target too; its runs and versions stay"],
] as const;

/** `deployment show|trigger|pause|unpause|rollback|remove|runs|backfill NAME`. */
export function deploymentCommand(context: StoreContext): Command {
  const command = new Command("deployment").description("look at a deployment, trigger it or change it");
  const example = (args: string) => `\nExample: ${context.programName} deployment ${args}`;
  const one = (name: string, description: string) =>
    withInspectOptions(new Command(name).description(description).argument("<name>", "name of the deployment"));
  const owned = (name: string, description: string) =>
    one(name, description).option("--take-over", "also if it belongs to another user: it is yours then");

  command.addCommand(
    one("show", "show its versions, what triggers it, and its last runs")
      .option("--limit <n>", "at most this many versions, the latest ones; 0 for all", wholeNumber, 10)
      .action(async (name: string, given: Omit<DeploymentFlags, "name"> & { limit: number }) => {
        const { showDeployment } = await import("./show-deployment.ts");
        showDeployment(context, { ...given, name });
      }),
  );
  command.addCommand(
    one("runs", "list the runs that it started, newest first")
      .option("--limit <n>", "at most this many", wholeNumber, 20)
      .action(async (name: string, given: Omit<DeploymentFlags, "name"> & { limit: number }) => {
        const { showDeploymentRuns } = await import("./show-deployment-runs.ts");
        showDeploymentRuns(context, { ...given, name });
      }),
  );
  command.addCommand(
    one("trigger", "start a run by hand, and print its id")
      .usage("<name> [--<parameter> <value>...] [options]")
      .allowUnknownOption()
      .allowExcessArguments()
      .addHelpText("after", example("trigger ScoreFlow --date 2026-03-01"))
      .action(async (name: string, given: Omit<DeploymentFlags, "name">, its: Command) => {
        const { triggerDeployment } = await import("./trigger-deployment.ts");
        await triggerDeployment(context, { ...given, name, words: its.args.slice(1) });
      }),
  );
  for (const [action, description] of CHANGES)
    command.addCommand(
      owned(action, description).action(async (name: string, given: Omit<ChangeFlags, "name">) => {
        const { change } = await import("./change.ts");
        await change(context, { ...given, name, action });
      }),
    );
  command.addCommand(
    owned("rollback", "make an earlier version the current one again")
      .argument("[version]", "its number (default: the one before)", versionNumber)
      .action(async (name: string, version: number | undefined, given: Omit<ChangeFlags, "name">) => {
        const { change } = await import("./change.ts");
        await change(context, { ...given, name, action: "rollback", version: version ?? null });
      }),
  );
  command.addCommand(
    one("backfill", "queue a run for each instant of its schedules in a span of the past, each once")
      .requiredOption("--from <time>", "the first time that counts: 2026-03-01, by the clock of the schedule")
      .requiredOption("--to <time>", "the first time that does not count any more")
      .option("--max-active <n>", "at most this many of these runs at once", countOption)
      .addHelpText("after", example("backfill ScoreFlow --from 2026-03-01 --to 2026-03-08"))
      .action(async (name: string, given: Omit<BackfillFlags, "name">) => {
        const { backfillDeployment } = await import("./backfill-deployment.ts");
        await backfillDeployment(context, { ...given, name });
      }),
  );
  return command;
}

function versionNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It takes the number of a version.");
}
