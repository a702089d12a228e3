import type { Command } from "commander";
import type { FlowGraph } from "../graph/flow-graph.ts";
import { flowFields } from "../launch/values/flow-fields.ts";
import { resolveConfigs } from "../launch/values/resolve-parameters.ts";
import type { CliContext } from "./cli-context.ts";
import { configTexts } from "./config-texts.ts";
import { invalidFlow, readGraph } from "../launch/plan/read-graph.ts";

/** The graph under the configuration that the command line gives. */
export async function readGraphFor(context: CliContext, command: Command): ReturnType<typeof readGraph> {
  return readGraph(context.Flow, { configs: await configsFor(context, command), added: [] });
}

/** Values of the flow's `@config` fields. */
export async function configsFor(context: CliContext, command: Command): Promise<Record<string, unknown>> {
  const fields = flowFields(context.Flow).filter((field) => field.kind === "config");
  const { configFiles: files, configValues: values } = configTexts(command);
  if (fields.length + files.size + values.size === 0) return {};
  return resolveConfigs(fields, { files, values, flowFile: context.flowFile, cwd: context.cwd });
}

/** A sound graph, or the error that lists all findings. */
export async function graphForDisplay(context: CliContext, command: Command): Promise<FlowGraph> {
  const { graph, findings } = await readGraphFor(context, command);
  if (graph === null) throw invalidFlow(context.flowName, findings);
  return graph;
}
