import { Command } from "commander";
import { drawText } from "../../../graph/draw/draw-text.ts";
import type { CliContext } from "../../cli-context.ts";
import { addConfigOptions } from "../../config-texts.ts";
import { graphForDisplay } from "../../read-graph-for.ts";

/** `show`: the flow as text. */
export function showCommand(context: CliContext): Command {
  return addConfigOptions(new Command("show"))
    .description("show the flow's steps as text")
    .option("--json", "print the graph as JSON")
    .action(async (options: { json?: boolean }, command: Command) => {
      const output = context.output(options);
      const graph = await graphForDisplay(context, command);
      if (output.isJson) return output.json(graph);
      output.print(drawText(graph).trimEnd());
    });
}
