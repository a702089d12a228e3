import { Command } from "commander";
import type { StoreContext } from "../../cli-context.ts";
import { withInspectOptions } from "../../show/inspect-options.ts";
import type { FsckFlags } from "./flags.ts";

/** `fsck`: reads the datastore and tells what is damaged or missing. */
export function fsckCommand(context: StoreContext): Command {
  const command = new Command("fsck")
    .description("check everything in the datastore, of all flows, and tell what is damaged or missing")
    .option("--quick", "leave out the bytes of the artifacts, and logs")
    .option("--repair", "mend what can be mended, and set damaged artifacts aside so that they can be made again");
  return withInspectOptions(command).action(async (flags: FsckFlags) => {
    const { runFsck } = await import("./run.ts");
    await runFsck(context, flags);
  });
}
