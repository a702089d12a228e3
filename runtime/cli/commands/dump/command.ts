import { Command } from "commander";
import { withBranchOptions } from "../../owner-meant.ts";
import { showArtifacts } from "./run.ts";
import type { StoreContext } from "../../cli-context.ts";
import { wholeNumber, withInspectOptions } from "../../show/inspect-options.ts";
import type { DumpOptions } from "./flags.ts";

/** Larger values are loaded only when they are asked for by name. */
const MAX_SIZE = 1_000_000;

/** `dump [PATHSPEC]`: the artifacts of one or many tasks. */
export function dumpCommand(context: StoreContext): Command {
  const command = new Command("dump")
    .description("show the artifacts of a task, of a step's tasks or of a whole run")
    .argument("[pathspec]", "run, run/step or run/step/task (default: the end of the latest run)")
    .option("--artifact <name>", "only this artifact, in full")
    .option("--limit <n>", "at most this many tasks", wholeNumber)
    .option("--max-depth <n>", "show values down to this depth, over several lines", wholeNumber)
    .option("--max-rows <n>", "rows of a table that --artifact shows (default: 20)", wholeNumber)
    .option("--output <path>", "write the file or directory that --artifact names there")
    .option("--max-size <bytes>", "do not load larger values for a preview", wholeNumber, MAX_SIZE);
  return withInspectOptions(withBranchOptions(command)).action((pathspec: string | undefined, options: DumpOptions) =>
    showArtifacts(context, { ...options, pathspec }),
  );
}
