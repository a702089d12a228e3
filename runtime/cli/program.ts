import { Command } from "commander";
import { batchCommand } from "./commands/batch.ts";
import { checkCommand, graphCommand, showCommand } from "./commands/graph-commands.ts";
import { diffCommand } from "./commands/diff.ts";
import { dumpCommand } from "./commands/dump.ts";
import { fsckCommand } from "./commands/fsck.ts";
import { gcCommand } from "./commands/gc.ts";
import { logsCommand } from "./commands/logs.ts";
import { packageCommand } from "./commands/package.ts";
import { resumeCommand, runCommand } from "./commands/run.ts";
import { runsCommand } from "./commands/runs.ts";
import { spinCommand } from "./commands/spin.ts";
import { statusCommand } from "./commands/status.ts";
import { tagCommand } from "./commands/tag.ts";
import { COMMAND_NAMES, type CommandName } from "./command-names.ts";
import type { CliContext } from "./context.ts";
import { strictCommands } from "./strict-commands.ts";

/** One file per command; each loads what it needs when it is called. */
const COMMANDS: Readonly<Record<CommandName, (context: CliContext) => Command>> = {
  run: runCommand,
  resume: resumeCommand,
  spin: spinCommand,
  check: checkCommand,
  show: showCommand,
  graph: graphCommand,
  runs: runsCommand,
  status: statusCommand,
  dump: dumpCommand,
  logs: logsCommand,
  diff: diffCommand,
  tag: tagCommand,
  package: packageCommand,
  batch: batchCommand,
  gc: gcCommand,
  fsck: fsckCommand,
};

/** The command line of a flow. */
export function flowProgram(context: CliContext, version: string): Command {
  const program = new Command(context.programName)
    .description(`Millrace: ${context.flowName}`)
    .usage("<command> [options]")
    .version(version, "-V, --version", "print Millrace's version")
    .helpOption("-h, --help", "help for a command")
    .configureHelp({ sortOptions: false })
    .addHelpText(
      "after",
      "\nHelp for one command: <command> --help. Documentation: README.md of the package millrace.",
    );
  for (const name of COMMAND_NAMES) program.addCommand(COMMANDS[name](context));
  return strictCommands(program);
}
