import { Command } from "commander";
import type { StoreContext } from "../../cli-context.ts";
import { type InspectOptions, withInspectOptions } from "../../show/inspect-options.ts";

const RUN = "id of a run, its beginning or end, or latest";

/** `diff RUN RUN`: how the second run differs from the first. */
export function diffCommand(context: StoreContext): Command {
  const command = new Command("diff")
    .description("compare two runs: parameters, code, artifacts, durations")
    .argument("<before>", RUN)
    .argument("<after>", RUN);
  return withInspectOptions(command).action(async (before: string, after: string, options: InspectOptions) => {
    const { showDiff } = await import("./run.ts");
    showDiff(context, { ...options, before, after });
  });
}
