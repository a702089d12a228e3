import { Command } from "commander";
import type { StoreContext } from "../../cli-context.ts";
import { withInspectOptions } from "../../show/inspect-options.ts";
import type { FsckFlags } from "./flags.ts";

/** `fsck`: reads the datastore and tells what is damaged or missing. */
export function fsckCommand(context: StoreContext): Command {
  const command = new Command("fsck")
    .description("check everything in the datastore, for all flows, and report what is damaged or missing")
    .option("--quick", "skip logs and the bytes of artifacts")
    .option(
      "--repair",
      "fix what can be fixed without loss, and set damaged artifacts aside so that they can be made again",
    );
  return withInspectOptions(command).action(async (flags: FsckFlags) => {
    const { runFsck } = await import("./run.ts");
    await runFsck(context, flags);
  });
}
