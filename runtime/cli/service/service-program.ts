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
  program.addCommand(serveCommand(context));
  // An image has what answers requests, and no more.
  if (context.packaged !== null) return strictCommands(program);
  program.addCommand(predictCommand(context));
  program.addCommand(packageCommand(context));
  return strictCommands(program);
}
