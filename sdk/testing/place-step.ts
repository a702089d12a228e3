import type { TaskSpec } from "../../runtime/task/task-spec.ts";
import { saveArtifact } from "../../runtime/datastore/load-artifact.ts";
import { type ArtifactTable, RECORD_FORMAT, type ResultLocator } from "../../runtime/datastore/records.ts";
import { type FlowGraph, nodeOf, type StepNode } from "../../runtime/graph/flow-graph.ts";
import type { LoadedFlow } from "../../runtime/worker/load-flow.ts";
import { labelItems } from "../../runtime/worker/label-items.ts";
import { storedTransition } from "../../runtime/worker/transit.ts";
import { MillraceError } from "../base/millrace-error.ts";
import { nearest } from "../base/nearest.ts";
import type { ForeachItem, StepTestOptions } from "./step-test-options.ts";

type Options = StepTestOptions<unknown>;

/** Stores what the step is to find, as earlier tasks would have, and says where in the flow it stands. */
export function placeStep(flow: LoadedFlow, at: { step: string; argumentCount: number; options: Options }): TaskSpec {
  const { options, step } = at;
  const { graph } = flow.document;
  const node = nodeOf(graph, step);
  refuseMisfits(node, at);
  const stack = stackOf(node, { graph, options });
  return {
    task: 1_000_000,
    step,
    attempt: options.attempt ?? 0,
    path: "0",
    // A failure is thrown to the test, not caught.
    isLastAttempt: false,
    inputs: node.isJoin ? joined(flow, { node, options }) : predecessor(flow, { node, options }),
    stack: stack.map(({ step: split, input, index = 0, size = index + 1 }) => ({
      step: split,
      index,
      size,
      blob: blobOf(input, { flow, step }),
      at: 0,
    })),
    gang: gangOf(node, { graph, options }),
    caught: null,
  };
}

/** The blob with the one item of a foreach, as a splitting task would have stored it. */
function blobOf(item: unknown, { flow, step }: { flow: LoadedFlow; step: string }): string {
  const transit = { kind: "foreach", target: step, artifact: "input", items: [item], label: null } as const;
  const { labels } = labelItems(transit.items, { label: null, mask: null });
  const taken = storedTransition(transit, { blobs: flow.blobs, labels });
  return taken.kind === "foreach" ? (taken.items.blobs[0] ?? "") : "";
}

function refuseMisfits(node: StepNode, { options, argumentCount }: { options: Options; argumentCount: number }): void {
  const cannot = (why: string, hint: string) =>
    new MillraceError({
      code: "MILLRACE_TEST",
      headline: `Cannot test step ${node.name} because ${why}`,
      hint,
    });
  const hasItem = "input" in options || options.foreachStack !== undefined;
  if (node.isJoin && options.inputs === undefined) {
    throw cannot("it is a join and gets no inputs", "give them: { inputs: [{ score: 1 }, { score: 2 }] }");
  }
  if (node.isJoin && options.artifacts !== undefined) {
    throw cannot("it is a join: artifacts come to it in its inputs", "move them into each of the inputs");
  }
  if (!node.isJoin && options.inputs !== undefined) {
    throw cannot("it is not a join and takes no inputs", "give what earlier steps left as artifacts");
  }
  if (!node.isJoin && argumentCount > 0 && !hasItem) {
    throw cannot("it takes the item of a foreach", "give it: { input: item }");
  }
}

/** The step before, as one result with all artifacts. */
function predecessor(flow: LoadedFlow, { node, options }: { node: StepNode; options: Options }): ResultLocator[] {
  const artifacts = Object.entries(options.artifacts ?? {});
  return artifacts.length === 0 ? [] : [recorded(flow, { step: node.parents[0] ?? "start", task: 1, artifacts })];
}

function joined(flow: LoadedFlow, { node, options }: { node: StepNode; options: Options }): ResultLocator[] {
  const { inputs = [] } = options;
  const [only, ...others] = node.parents;
  const shared = only !== undefined && others.length === 0 ? only : "input";
  const paths = Array.isArray(inputs)
    ? (inputs as readonly object[]).map((one): [string, object] => [shared, one])
    : Object.entries<object>(inputs as Readonly<Record<string, object>>);
  const unknown = Array.isArray(inputs) ? undefined : paths.find(([step]) => !node.parents.includes(step))?.[0];
  if (unknown !== undefined) throw noPath(unknown, node);
  return paths.map(([step, one], at) => recorded(flow, { step, task: at + 1, artifacts: Object.entries(one) }));
}

function recorded(
  flow: LoadedFlow,
  of: { step: string; task: number; artifacts: readonly [string, unknown][] },
): ResultLocator {
  const table: ArtifactTable = Object.fromEntries(
    of.artifacts
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, saveArtifact(flow.blobs, name, value)]),
  );
  return flow.commit(
    {
      format: RECORD_FORMAT,
      flow: flow.setup.flow,
      run: flow.setup.run,
      step: of.step,
      task: of.task,
      attempt: 0,
      status: "succeeded",
      startedAt: 0,
      finishedAt: 0,
      artifacts: table,
      next: null,
      error: null,
    },
    undefined,
  );
}

/** The frames that are given belong to the innermost of the foreaches around the step. */
function stackOf(
  node: StepNode,
  { graph, options }: { graph: FlowGraph; options: Options },
): readonly (ForeachItem & { step: string })[] {
  const around = node.splits.filter((split) => nodeOf(graph, split).transition.kind === "foreach");
  const { input, index } = options;
  const given =
    options.foreachStack ?? ("input" in options ? [{ input, ...(index === undefined ? {} : { index }) }] : []);
  if (given.length > around.length) {
    throw new MillraceError({
      code: "MILLRACE_TEST",
      headline: `Cannot test step ${node.name} with an input because ${around.length === 0 ? "it is not inside a foreach" : `only ${around.length} foreaches are around it`}`,
      hint: "give what earlier steps left as artifacts",
    });
  }
  const missing = around.length - given.length;
  return around.map((step, level) => ({ input: undefined, ...given[level - missing], step }));
}

function gangOf(node: StepNode, { graph, options }: { graph: FlowGraph; options: Options }): TaskSpec["gang"] {
  const innermost = node.splits.at(-1);
  const transition = innermost === undefined ? null : nodeOf(graph, innermost).transition;
  if (transition?.kind !== "gang") return null;
  const index = options.index ?? 0;
  return { index, size: transition.size ?? index + 1 };
}

function noPath(step: string, node: StepNode): MillraceError {
  const near = nearest(step, node.parents);
  return new MillraceError({
    code: "MILLRACE_TEST",
    headline: `Cannot test join ${node.name} with an input of ${step} because that step does not lead to it`,
    details: [`steps that do: ${node.parents.join(", ")}`],
    ...(near === null ? {} : { hint: `did you mean ${near}?` }),
  });
}
