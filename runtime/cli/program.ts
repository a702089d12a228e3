import { Command } from "commander";
import { batchCommand } from "./commands/jobs/command.ts";
import { checkCommand } from "./commands/check/command.ts";
import { graphCommand } from "./commands/graph/command.ts";
import { showCommand } from "./commands/show/command.ts";
import { diffCommand } from "./commands/diff/command.ts";
import { dumpCommand } from "./commands/dump/command.ts";
import { fsckCommand } from "./commands/fsck/command.ts";
import { gcCommand } from "./commands/gc/command.ts";
import { logsCommand } from "./commands/logs/command.ts";
import { packageCommand } from "./commands/package/command.ts";
import { resumeCommand } from "./commands/resume/command.ts";
import { runCommand } from "./commands/run/command.ts";
import { runsCommand } from "./commands/runs/command.ts";
import { spinCommand } from "./commands/spin/command.ts";
import { statusCommand } from "./commands/status/command.ts";
import { tagCommand } from "./commands/tag/command.ts";
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
