import { Command, InvalidArgumentError } from "commander";
import { consoleOutput } from "../../output.ts";
import { strictCommands } from "../../strict-commands.ts";
import type { NotebookRunFlags, NotebookInstallFlags } from "./flags.ts";

/** `notebook install | run`: TypeScript in notebooks. It is about no flow, so flow files do not have it. */
export function notebookCommand(): Command {
  const output = () => consoleOutput({ isJson: false });
  const command = new Command("millrace notebook").description("TypeScript in Jupyter notebooks");
  command
    .command("install")
    .description("register Millrace's TypeScript kernel with Jupyter and editors")
    .option("--user", "for this user (default)")
    .option("--prefix <folder>", "for a Python environment: below its share/jupyter")
    .option("--name <name>", "the name of the kernel in Jupyter", "millrace")
    .action(async (flags: NotebookInstallFlags) => {
      const { installNotebookKernel } = await import("./install-notebook-kernel.ts");
      installNotebookKernel(flags, output());
    });
  command
    .command("run")
    .description("run all cells without Jupyter and save their outputs")
    .argument("<notebook>", "an .ipynb file")
    .option("--out <file>", "save here (default: in the notebook itself)")
    .option("--html <file>", "also write an HTML page with all outputs")
    .option("--timeout <seconds>", "time limit for each cell (default: none)", seconds)
    .action(async (file: string, flags: NotebookRunFlags) => {
      const { runNotebook } = await import("./run.ts");
      await runNotebook(file, { flags, output: output() });
    });
  command.command("kernel <connection-file>", { hidden: true }).action(async (file: string) => {
    const { serveKernel } = await import("./serve-kernel.ts");
    await serveKernel(file);
  });
  return strictCommands(command);
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("It must be a number of seconds above 0.");
  return value;
}
