import { Command } from "commander";
import { ownProgram } from "../../../own-program.ts";
import type { StoreContext } from "../../cli-context.ts";
import { RUN_FORMS, withBranchOptions } from "../../owner-meant.ts";
import { portOption } from "../../port-option.ts";
import { withInspectOptions } from "../../show/inspect-options.ts";
import type { UiFlags } from "./flags.ts";

/** `ui [RUN]`: the page of a datastore, served by this process. */
export function uiCommand(context: StoreContext): Command {
  const command = new Command("ui")
    .description("serve a page of all runs in the datastore until Ctrl-C")
    .argument("[runs...]", `open on this run, or export these: ${RUN_FORMS}`)
    .option("--port <n>", "listen on this port (default: 8790, or the next one that is free)", portOption)
    .option("--host <name>", "listen on this address; others than this machine's need a token (default: 127.0.0.1)")
    .option("--open", "open the page in the browser", false)
    .option("--no-open", "do not open it (default)")
    .option("--read-only", "refuse to change tags")
    .option("--token <value>", "answer only to who has this token (default: MILLRACE_UI_TOKEN, else none)")
    .option("--export <file>", "write the page with these runs into one HTML file instead, to send to somebody");
  return withInspectOptions(withBranchOptions(command)).action(async (runs: readonly string[], flags: UiFlags) => {
    // Large, and of no use to other commands: a script of its own.
    const { runUi } = ownProgram("ui", "command") as typeof import("./run.ts");
    await runUi(context, { ...flags, runs });
  });
}
