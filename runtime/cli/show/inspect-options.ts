import { type Command, InvalidArgumentError } from "commander";

export interface InspectOptions {
  readonly datastore?: string;
  readonly json?: boolean;
}

/** The options that every inspecting command takes. */
export function withInspectOptions(command: Command): Command {
  return command
    .option("--datastore <location>", "folder of the datastore (default: the nearest .millrace)")
    .option("--json", "print only JSON on stdout");
}

/** For an option that takes a number of things. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("It takes a whole number.");
  return Number(text);
}
