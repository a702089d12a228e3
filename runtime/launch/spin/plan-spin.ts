import type { AnyClass } from "../../../sdk/base/metadata.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import { environment } from "../../config.ts";
import { loadArtifacts } from "../../datastore/artifacts.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { stepMethods } from "../../graph/flow-class.ts";
import type { FlowGraph, StepNode } from "../../graph/graph.ts";
import { taskSpecOf } from "../../scheduler/task-specs.ts";
import { flowFields } from "../values/flow-fields.ts";
import type { PlanRequest } from "../plan/plan-run.ts";
import { invalidFlow, readGraph } from "../plan/read-graph.ts";
import { resolveConfigs, resolveParameters } from "../values/resolve-parameters.ts";
import { checkShape, type OriginTask, originTask } from "./origin-task.ts";

export interface SpinRequest extends Omit<PlanRequest, "added" | "isRemote" | "tags" | "resume"> {
  readonly Flow: AnyClass;
  readonly store: Datastore;
  readonly step: string;
  /** As the user gave it; null for the first task of the step in the latest run. */
  readonly pathspec: string | null;
}

/** All that is settled before a step is tried out. */
export interface SpinPlan {
  readonly graph: FlowGraph;
  readonly configs: Readonly<Record<string, unknown>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly origin: OriginTask;
  readonly spec: TaskSpec;
}

/**
 * Finds the past task and settles what the step gets: that task's inputs, item and parameters, unless others are given.
 * @throws MillraceError for an unsound graph, an unusable parameter, or a task that cannot be found
 */
export async function planSpin(request: SpinRequest): Promise<SpinPlan> {
  const { Flow, store, step, pathspec, flowFile, cwd } = request;
  const fields = flowFields(Flow);
  const origin = originTask(store, { step, pathspec, flow: Flow.name, steps: [...stepMethods(Flow).keys()] });
  const inherited = loadArtifacts(store.blobs, origin.document.configs);
  const configs = await resolveConfigs(fields, { ...request.configs, inherited, flowFile, cwd });
  const graph = withoutCache(await graphFor(Flow, configs));
  checkShape(origin, graph);
  const parameters = await resolveParameters(fields, {
    ...request.parameters,
    inherited: loadArtifacts(store.blobs, origin.document.parameters),
    env: environment(),
    flowFile,
    cwd,
  });
  const { place, task } = origin;
  const { source } = task;
  const candidate = { task: task.task, attempt: 0, source, place, interruptions: 0, isUrgent: false, lastError: null };
  return { graph, configs, parameters, origin, spec: { ...taskSpecOf(candidate, graph), isLastAttempt: true } };
}

async function graphFor(Flow: AnyClass, configs: Readonly<Record<string, unknown>>): Promise<FlowGraph> {
  const { graph, findings } = await readGraph(Flow, { configs, added: [] });
  if (graph === null) throw invalidFlow(Flow.name, findings);
  return graph;
}

/** A step that is tried out is executed, and leaves nothing that a run would find. */
function withoutCache(graph: FlowGraph): FlowGraph {
  return { ...graph, steps: graph.steps.map(uncached) };
}

function uncached(node: StepNode): StepNode {
  const settings = Object.entries(node.settings).filter(([name]) => name !== "cache");
  return { ...node, settings: Object.fromEntries(settings) };
}
