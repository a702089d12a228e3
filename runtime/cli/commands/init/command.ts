import { Command, Option } from "commander";
import { processSettings } from "../../../config.ts";
import { consoleOutput } from "../../output.ts";
import { strictCommands } from "../../strict-commands.ts";
import { TEMPLATES } from "./templates.ts";

/** `init`: a project to begin with. */
export function initCommand(): Command {
  const command = new Command("millrace init")
    .description("make a project whose tests and lint pass and whose flow runs; no file is overwritten")
    .argument("[dir]", "its folder", ".")
    .addOption(
      new Option("--template <name>", `one of ${TEMPLATES.map(({ name }) => name).join(", ")}`).default("hello"),
    )
    .addHelpText(
      "after",
      ["", "Templates:", ...TEMPLATES.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`)].join("\n"),
    )
    .action(async (folder: string, { template }: { template: string }) => {
      const { initProject } = await import("./init-project.ts");
      initProject(folder, { template, cwd: processSettings().cwd, output: consoleOutput({ isJson: false }) });
    });
  return strictCommands(command);
}
