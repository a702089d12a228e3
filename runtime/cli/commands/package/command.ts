import { Command } from "commander";
import type { CliContext } from "../../cli-context.ts";
import { addConfigOptions } from "../../config-texts.ts";
import type { PackageFlags } from "./flags.ts";

/** `package`: what tasks elsewhere get of the project. */
export function packageCommand(context: CliContext): Command {
  return addConfigOptions(new Command("package"))
    .description("show what is shipped when tasks run elsewhere: code, files, packages")
    .option("--list", "list it all, with sizes (default)")
    .option("--output <folder>", "write files and packages to a new folder, as a container gets them")
    .option("--json", "print only JSON on stdout")
    .addHelpText(
      "after",
      '\nmillrace.config.json can name further files to ship: {"include": ["data/**/*.csv", "!data/raw/**"]}',
    )
    .action(async (flags: PackageFlags, command: Command) => {
      const { runPackage } = await import("./run.ts");
      await runPackage(context, { flags, command });
    });
}
