import { Command, Option } from "commander";
import { withBranchOptions } from "../../owner-meant.ts";
import { showLogs } from "./run.ts";
import type { StoreContext } from "../../cli-context.ts";
import { wholeNumber, withInspectOptions } from "../../show/inspect-options.ts";
import type { LogsFlags } from "./flags.ts";

/** `logs [PATHSPEC]`: what tasks wrote to stdout and stderr. */
export function logsCommand(context: StoreContext): Command {
  const command = new Command("logs")
    .description("show what a task, a step's tasks or a whole run wrote to stdout and stderr")
    .argument("[pathspec]", "run, run/step or run/step/task", "latest")
    .addOption(new Option("--stream <stream>", "which output").choices(["stdout", "stderr", "both"]).default("both"))
    .option("--timestamps", "begin each line with its time")
    .option("-f, --follow", "keep printing until the task or run ends")
    .addOption(
      new Option("--raw", "print exactly what was written, including control characters").conflicts("timestamps"),
    )
    .option("--attempt <n>", "this attempt, from 0 (default: the latest)", wholeNumber);
  return withInspectOptions(withBranchOptions(command)).action(async (pathspec: string, options: LogsFlags) => {
    await showLogs(context, { ...options, pathspec });
  });
}
