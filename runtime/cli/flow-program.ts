import { Command } from "commander";
import { COMMANDS, flowCommands } from "./commands/index.ts";
import type { CliContext, StoreContext } from "./cli-context.ts";
import { strictCommands } from "./strict-commands.ts";

const HELP_ON_HELP = "\nHelp for one command: <command> --help. Documentation: README.md of the package millrace.";

/** The command line of a flow. */
export async function flowProgram(context: CliContext, version: string): Promise<Command> {
  const program = programOf(context, { version, title: `Millrace: ${context.flowName}` });
  for (const [make, hidden] of await Promise.all(flowCommands().map(loaded)))
    program.addCommand(make(context), { hidden });
  return strictCommands(program);
}

/** The command line without a flow file: what is about a datastore. */
export async function storeProgram(context: StoreContext, version: string): Promise<Command> {
  const program = programOf(context, { version, title: "Millrace" });
  const rows = COMMANDS.filter((row) => row.about === "store");
  for (const [make, hidden] of await Promise.all(rows.map(loaded))) program.addCommand(make(context), { hidden });
  return strictCommands(program);
}

async function loaded<Made>(row: { readonly isInternal?: true; load(): Promise<Made> }) {
  return [await row.load(), row.isInternal === true] as const;
}

function programOf({ programName }: StoreContext, { version, title }: { version: string; title: string }): Command {
  return new Command(programName)
    .description(title)
    .usage("<command> [options]")
    .version(version, "-V, --version", "print Millrace's version")
    .helpOption("-h, --help", "help for a command")
    .configureHelp({ sortOptions: false })
    .addHelpText("after", HELP_ON_HELP);
}
