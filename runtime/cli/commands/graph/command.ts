import { Command, Option } from "commander";
import { drawDot } from "../../../graph/draw/draw-dot.ts";
import { drawMermaid } from "../../../graph/draw/draw-mermaid.ts";
import { drawSvg } from "../../../graph/draw/draw-svg.ts";
import type { CliContext } from "../../cli-context.ts";
import { addConfigOptions } from "../../config-texts.ts";
import { graphForDisplay } from "../../read-graph-for.ts";

const DRAWERS = { mermaid: drawMermaid, dot: drawDot, svg: drawSvg };

/** `graph`: the flow as a drawing. */
export function graphCommand(context: CliContext): Command {
  return addConfigOptions(new Command("graph"))
    .description("draw the flow's graph")
    .addOption(formatOption())
    .action(async (options: { format: keyof typeof DRAWERS | "json" }, command: Command) => {
      const isJson = options.format === "json";
      const output = context.output({ json: isJson });
      const graph = await graphForDisplay(context, command);
      if (options.format === "json") return output.json(graph);
      output.print(DRAWERS[options.format](graph).trimEnd());
    });
}

function formatOption(): Option {
  return new Option("--format <format>", "how to draw it")
    .choices([...Object.keys(DRAWERS), "json"])
    .default("mermaid");
}
