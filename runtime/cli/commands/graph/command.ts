import { Command, Option } from "commander";
import { drawDot } from "../../../graph/draw/dot.ts";
import { drawMermaid } from "../../../graph/draw/mermaid.ts";
import { drawSvg } from "../../../graph/draw/svg.ts";
import { drawText } from "../../../graph/draw/text.ts";
import type { Finding } from "../../../graph/finding.ts";
import type { CliContext } from "../../context.ts";
import { addConfigOptions } from "../../flow-options.ts";
import { graphForDisplay, readGraphFor } from "../../graph-for.ts";
import { invalidFlow } from "../../../launch/plan/read-graph.ts";

/** `check`: the linter alone. */
export function checkCommand(context: CliContext): Command {
  return addConfigOptions(new Command("check"))
    .description("check the flow's graph; every finding at once, each with its fix")
    .option("--json", "print the findings as JSON")
    .action(async (options: { json?: boolean }, command: Command) => {
      const output = context.output(options);
      const { graph, findings } = await readGraphFor(context, command);
      if (output.isJson)
        output.json({ flow: context.flowName, ok: graph !== null, findings: findings.map(publicFinding) });
      if (graph === null) throw invalidFlow(context.flowName, findings);
      if (!output.isJson) output.print(`${context.flowName} is sound: ${graph.steps.length} steps`);
    });
}

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

const DRAWERS = { mermaid: drawMermaid, dot: drawDot, svg: drawSvg };

function formatOption(): Option {
  return new Option("--format <format>", "how to draw it")
    .choices([...Object.keys(DRAWERS), "json"])
    .default("mermaid");
}

function publicFinding({ at: _, ...finding }: Finding): Omit<Finding, "at"> {
  return finding;
}
