import type { RunOwner } from "../../datastore/reader/run-owner.ts";
import { stepMethods } from "../../graph/step-methods.ts";
import type { FlowGraph } from "../../graph/flow-graph.ts";
import { type FlowPlan, givenNames, type PlanRequest } from "../plan/plan-run.ts";
import { invalidFlow, readGraph } from "../plan/read-graph.ts";
import { configuredFields } from "../values/configured-fields.ts";
import { inheritedValues } from "../values/inherited-values.ts";
import { strayVariables } from "../values/stray-variables.ts";
import { resolveParameters } from "../values/resolve-parameters.ts";
import { without } from "./one-step.ts";
import { checkShape, type OriginTask, originTask } from "./origin-task.ts";

export interface SpinRequest extends Omit<PlanRequest, "added" | "isRemote" | "tags" | "resume"> {
  readonly step: string;
  /** As the user gave it; null for the first task of the step in the latest run. */
  readonly pathspec: string | null;
  /** Whose latest run. */
  readonly owner: RunOwner;
}

/** All that is settled before a step is tried out. */
export interface SpinPlan extends FlowPlan {
  readonly step: string;
  readonly origin: OriginTask;
}

/**
 * Finds the past task and settles what the step gets: that task's inputs, item and parameters, unless others are given.
 * @throws MillraceError for an unsound graph, an unusable parameter, or a task that cannot be found
 */
export async function planSpin(request: SpinRequest): Promise<SpinPlan> {
  const { Flow, store, step, pathspec, owner, flowFile, cwd } = request;
  const origin = originTask(store, { step, pathspec, owner, flow: Flow.name, steps: [...stepMethods(Flow).keys()] });
  const givenConfigs = { ...request.configs, flowFile, cwd };
  const inherited = await inheritedValues(Flow, { origin: origin.document, blobs: store.blobs, given: givenConfigs });
  const { fields, configs } = await configuredFields(Flow, { ...givenConfigs, inherited: inherited.configs });
  const { graph, findings } = await readGraph(Flow, { configs, added: [] });
  if (graph === null) throw invalidFlow(Flow.name, findings);
  checkShape(origin, graph);
  const given = { ...request.parameters, inherited: inherited.parameters };
  const parameters = await resolveParameters(fields, { ...given, env: request.settings.env, flowFile, cwd, store });
  return {
    ...{ Flow, flowFile, cwd, fields, configs, parameters, origin, step },
    graph: withoutCache(graph),
    given: givenNames(given),
    engines: new Map(),
    warnings: strayVariables(fields, request.settings.env),
  };
}

/** A step that is tried out is executed, and leaves nothing that a run would find. */
function withoutCache(graph: FlowGraph): FlowGraph {
  return { ...graph, steps: graph.steps.map((node) => without(node, ["cache"])) };
}
