import { Command } from "commander";
import { showStatus, type StatusOptions } from "./run.ts";
import type { StoreContext } from "../../cli-context.ts";
import { RUN_FORMS, withBranchOptions } from "../../owner-meant.ts";
import { withInspectOptions } from "../../show/inspect-options.ts";

/** `status [RUN]`: how far a run is, and what failed. */
export function statusCommand(context: StoreContext): Command {
  const command = new Command("status")
    .description("show the progress of a run, step by step, and what failed")
    .argument("[run]", RUN_FORMS, "latest")
    .option("-w, --watch", "draw the progress of a run that goes on, wherever it runs, and end with it");
  type Given = Omit<StatusOptions, "run"> & { readonly watch?: boolean };
  return withInspectOptions(withBranchOptions(command)).action(async (run: string, options: Given) => {
    if (options.watch === true) {
      const { watchRun } = await import("./watch-run.ts");
      await watchRun(context, { ...options, run });
    } else showStatus(context, { ...options, run });
  });
}
