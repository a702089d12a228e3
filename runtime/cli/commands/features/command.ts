import { Command } from "commander";
import type { StoreContext } from "../../cli-context.ts";
import { type InspectOptions, withInspectOptions } from "../../show/inspect-options.ts";
import { addRunOptions } from "../run/add-run-options.ts";
import type { CheckFlags, GetFlags, MaterializeFlags } from "./flags.ts";

const NAME = "name of the feature view";

/** `features list|show|search|get|materialize|check`. */
export function featuresCommand(context: StoreContext): Command {
  const command = new Command("features").description("find features, look up their values, and keep them up to date");
  const of = (name: string, description: string) => withInspectOptions(new Command(name).description(description));
  const example = (args: string) => `\nExample: ${context.programName} features ${args}`;

  command.addCommand(
    of("list", "list the feature views that were materialized").action(async (flags: InspectOptions) => {
      const { listFeatures } = await import("./list-features.ts");
      listFeatures(context, { ...flags, words: [] });
    }),
  );
  command.addCommand(
    of("show", "show a view: its features with types and statistics, its source, owner, freshness and versions")
      .argument("<view>", NAME)
      .action(async (name: string, flags: InspectOptions) => {
        const { showFeatures } = await import("./show-features.ts");
        showFeatures(context, name, flags);
      }),
  );
  command.addCommand(
    of("search", "list the views that say these words in their names, description, tags, owner, entity or columns")
      .argument("<words...>", "all of them have to be there, in upper or lower case")
      .action(async (words: string[], flags: InspectOptions) => {
        const { listFeatures } = await import("./list-features.ts");
        listFeatures(context, { ...flags, words });
      }),
  );
  command.addCommand(
    of("get", "look up the features of a key in the snapshot, as features.online does")
      .argument("<view>", NAME)
      .argument("<keys...>", "each key of the entity: customerId=c7")
      .option("--file <path>", "where the view is defined: also gives the features that are computed from others")
      .addHelpText("after", example("get spending customerId=c7"))
      .action(async (name: string, keys: string[], flags: GetFlags) => {
        const { getFeatures } = await import("./get-features.ts");
        await getFeatures(context, { ...flags, name, keys });
      }),
  );
  const materialize = new Command("materialize")
    .description(
      "make the snapshots that features.online answers from, of the views that a file exports: a run of a flow",
    )
    .argument("<file>", "TypeScript or JavaScript that exports feature views")
    .option(
      "--until <instant>",
      "the instant that they answer for: 2026-03-01 or 2026-03-01T12:00, in UTC (default: now)",
    )
    .option("--back", "also where the snapshot that is there answers for a later instant")
    .option("--view <name>", "only this view; repeatable", (name, names?: string[]) => [...(names ?? []), name])
    .option("--resume [run]", "go on with a run that failed or was killed (default: your latest one)");
  command.addCommand(
    addRunOptions(materialize)
      .addHelpText("after", example("materialize features.ts --until 2026-03-01"))
      .action(async (file: string, flags: MaterializeFlags) => {
        const { materializeFeatures } = await import("./materialize-features.ts");
        await materializeFeatures(context, { file, flags, command: materialize });
      }),
  );
  command.addCommand(
    of("check", "compare features that a service looked up with what training sees; exits with 1 where they differ")
      .argument("<file>", "TypeScript or JavaScript that exports feature views")
      .requiredOption("--model <name>", "name of the model that is served")
      .option("--window <time>", "look at this long up to now: 30s, 15m, 6h, 7d", "1d")
      .addHelpText("after", example("check features.ts --model churn"))
      .action(async (file: string, flags: CheckFlags) => {
        const { checkServedFeatures } = await import("./check-served-features.ts");
        await checkServedFeatures(context, file, flags);
      }),
  );
  return command;
}
