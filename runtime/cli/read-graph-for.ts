import type { Command } from "commander";
import type { FlowGraph } from "../graph/flow-graph.ts";
import { configuredFields } from "../launch/values/configured-fields.ts";
import type { CliContext } from "./cli-context.ts";
import { configTexts } from "./config-texts.ts";
import { invalidFlow, readGraph } from "../launch/plan/read-graph.ts";

/** The graph under the configuration that the command line gives. */
export async function readGraphFor(context: CliContext, command: Command): ReturnType<typeof readGraph> {
  return readGraph(context.Flow, { configs: await configsFor(context, command), added: [] });
}

/** Values of the flow's `@config` fields. */
export async function configsFor(
  context: Pick<CliContext, "Flow" | "flowFile" | "cwd">,
  command: Command,
): Promise<Readonly<Record<string, unknown>>> {
  const { configFiles: files, configValues: values } = configTexts(command);
  const { configs } = await configuredFields(context.Flow, { files, values, ...context });
  return configs;
}

/** A sound graph, or the error that lists all findings. */
export async function graphForDisplay(context: CliContext, command: Command): Promise<FlowGraph> {
  const { graph, findings } = await readGraphFor(context, command);
  if (graph === null) throw invalidFlow(context.flowName, findings);
  return graph;
}
