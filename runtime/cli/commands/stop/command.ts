import { Command } from "commander";
import type { StoreContext } from "../../cli-context.ts";
import { RUN_FORMS, withBranchOptions } from "../../owner-meant.ts";
import { withInspectOptions } from "../../show/inspect-options.ts";
import type { StopFlags } from "./flags.ts";

/** `stop [RUN]`: ends a run, wherever it runs. */
export function stopCommand(context: StoreContext): Command {
  const command = new Command("stop")
    .description("end a run that goes on, on whatever machine")
    .argument("[run]", RUN_FORMS, "latest")
    .option("--no-wait", "ask the run to stop, and do not wait until it has ended");
  return withInspectOptions(withBranchOptions(command)).action(async (run: string, flags: StopFlags) => {
    const { stopRun } = await import("./run.ts");
    await stopRun(context, { ...flags, run });
  });
}
