import { Command } from "commander";
import type { Finding } from "../../../graph/finding.ts";
import { invalidFlow } from "../../../launch/plan/read-graph.ts";
import type { CliContext } from "../../cli-context.ts";
import { addConfigOptions } from "../../config-texts.ts";
import { readGraphFor } from "../../read-graph-for.ts";

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

function publicFinding({ at: _, ...finding }: Finding): Omit<Finding, "at"> {
  return finding;
}
