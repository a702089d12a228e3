import { Command } from "commander";
import { strictCommands } from "../strict-commands.ts";
import { packageCommand } from "./package/package-command.ts";
import { predictCommand } from "./predict-command.ts";
import { serveCommand } from "./serve-command.ts";
import type { ServiceContext } from "./service-context.ts";

/** The command line of a service. */
export function serviceProgram(context: ServiceContext, version: string): Command {
  const program = new Command(context.programName)
    .description(`Millrace: ${context.Service.name}`)
    .usage("<command> [options]")
    .version(version, "-V, --version", "print Millrace's version")
    .helpOption("-h, --help", "help for a command")
    .configureHelp({ sortOptions: false });
  // An image has what answers requests, and no more.
  const commands = context.packaged === null ? [...SERVICE_COMMANDS.values()] : [serveCommand];
  for (const command of commands) program.addCommand(command(context));
  return strictCommands(program);
}

const SERVICE_COMMANDS: ReadonlyMap<string, (context: ServiceContext) => Command> = new Map([
  ["serve", serveCommand],
  ["predict", predictCommand],
  ["package", packageCommand],
]);

/** True for a word that commands services. */
export function isServiceCommand(word: string): boolean {
  return SERVICE_COMMANDS.has(word);
}
