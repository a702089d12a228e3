import type { Command } from "commander";
import type { FlowGraph } from "../graph/flow-graph.ts";
import { type ConfiguredFields, configuredFields } from "../launch/values/configured-fields.ts";
import type { CliContext } from "./cli-context.ts";
import { configTexts } from "./config-texts.ts";
import { type GraphReading, invalidFlow, readGraph } from "../launch/plan/read-graph.ts";

/** The graph and the fields under the configuration that the command line gives. */
export async function readGraphFor(
  context: CliContext,
  command: Command,
): Promise<GraphReading & Pick<ConfiguredFields, "fields">> {
  const { fields, configs } = await fieldsFor(context, command);
  return { ...(await readGraph(context.Flow, { configs, added: [] })), fields };
}

/** Values of the flow's `@config` fields. */
export async function configsFor(
  context: ConfiguredPlace,
  command: Command,
): Promise<Readonly<Record<string, unknown>>> {
  const { configs } = await fieldsFor(context, command);
  return configs;
}

type ConfiguredPlace = Pick<CliContext, "Flow" | "flowFile" | "cwd">;

async function fieldsFor(context: ConfiguredPlace, command: Command): Promise<ConfiguredFields> {
  const { configFiles: files, configValues: values } = configTexts(command);
  return configuredFields(context.Flow, { files, values, ...context });
}

/** A sound graph, or the error that lists all findings. */
export async function graphForDisplay(context: CliContext, command: Command): Promise<FlowGraph> {
  const { graph, findings } = await readGraphFor(context, command);
  if (graph === null) throw invalidFlow(context.flowName, findings);
  return graph;
}
