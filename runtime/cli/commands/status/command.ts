import { Command } from "commander";
import { showStatus } from "./run.ts";
import type { StoreContext } from "../../cli-context.ts";
import { type InspectOptions, withInspectOptions } from "../../show/inspect-options.ts";

/** `status [RUN]`: how far a run is, and what failed. */
export function statusCommand(context: StoreContext): Command {
  const command = new Command("status")
    .description("show the progress of a run, step by step, and what failed")
    .argument("[run]", "id of the run, its beginning or end, or latest", "latest");
  return withInspectOptions(command).action((run: string, options: InspectOptions) => {
    showStatus(context, { ...options, run });
  });
}
