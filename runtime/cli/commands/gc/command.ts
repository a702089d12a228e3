import { Command } from "commander";
import type { StoreContext } from "../../cli-context.ts";
import { withInspectOptions } from "../../show/inspect-options.ts";
import type { GcFlags } from "./flags.ts";

/** `gc`: removes from the datastore what no run needs, and runs that no rule keeps. */
export function gcCommand(context: StoreContext): Command {
  const command = new Command("gc")
    .description("remove what no run needs; with --keep, also the runs that no rule keeps")
    .option(
      "--keep <rule>",
      "keep 20 (the latest of each flow), 30d or 12h (younger), tag:NAME, or a run; repeatable",
      (rule, rules: string[]) => [...rules, rule],
      [],
    )
    .option("--flow <name>", "remove only runs of this flow (default: of all flows in the datastore)")
    .option("--dry-run", "only print what would be removed");
  return withInspectOptions(command).action(async (flags: GcFlags) => {
    const { runGc } = await import("./run.ts");
    await runGc(context, flags);
  });
}
