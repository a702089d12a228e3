import { Command } from "commander";
import type { StoreContext } from "../../cli-context.ts";

/** `drive FLOW/RUN`: what `run --detach` starts, not people. */
export function driveCommand(context: StoreContext): Command {
  return new Command("drive")
    .description("become the scheduler of a run that was started with --detach")
    .argument("<run>", "FLOW/RUN")
    .option("--datastore <location>", "folder or bucket of the run")
    .option("--durable", "everything stored survives a power cut")
    .action(async (run: string, flags: { datastore?: string; durable?: boolean }) => {
      const { driveRun } = await import("./run.ts");
      await driveRun(context, { ...flags, run });
    });
}
