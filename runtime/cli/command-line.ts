import { reportLoadFailure, runFromFlowFile } from "./run-command-line.ts";
import { flowCommands } from "./commands/index.ts";
import type { CommandLineProgram } from "./load-cli.ts";
import { isServiceCommand } from "./service/service-program.ts";
import { runFromServiceFile } from "./service/run-from-service-file.ts";
import { runBin } from "./run-bin.ts";

/** What `dist/cli.cjs` is made of. */
export const commandLine: CommandLineProgram = {
  runFromFlowFile,
  runFromServiceFile,
  runBin,
  reportLoadFailure,
  isFlowCommand: (word) => flowCommands().some(({ name }) => name === word),
  isServiceCommand,
};
