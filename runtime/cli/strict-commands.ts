import process from "node:process";
import type { Command } from "commander";
import { onScreen } from "./on-screen.ts";

/** Lets commands throw where they would end the process, suggest what may be meant, and print nothing but text. */
export function strictCommands(command: Command): Command {
  command
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => process.stdout.write(onScreen(text)),
      writeErr: (text) => process.stderr.write(onScreen(text)),
    });
  for (const one of command.commands) strictCommands(one);
  return command;
}
