import type { Command } from "commander";
import { MillraceError } from "../../sdk/base/millrace-error.ts";

/**
 * A run that goes on does so with what it began with.
 *
 * @param names - options that say what a run begins with, as commander calls their attributes
 * @throws MillraceError `MILLRACE_USAGE` where one of them is given
 */
export function refuseOfBeginning(command: Command, names: readonly string[]): void {
  const given = command.options.filter(
    (option) =>
      names.includes(option.attributeName()) && command.getOptionValueSource(option.attributeName()) === "cli",
  );
  if (given.length === 0) return;
  const flags = given.map(({ long }) => long ?? "").join(", ");
  throw new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot resume with ${flags} because the run goes on with what it began with`,
    hint: `leave ${flags} out, or begin a new run without --resume`,
  });
}
