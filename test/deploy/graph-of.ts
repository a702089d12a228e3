import { expect } from "vitest";
import type { FlowGraph } from "../../runtime/graph/flow-graph.ts";
import { readFlow } from "../../runtime/graph/read-flow.ts";
import { between, flowFrom } from "../graph/flow-from.ts";
import { flowSource } from "../matrix/flow/source.ts";
import type { Shape } from "../matrix/shapes/shape.ts";

/** The graph of a flow from JavaScript: where `start` leads, and the steps between it and `end`. */
export function graphOf(first: string, body: string): FlowGraph {
  return graphFrom(between(first, body));
}

/** The graph of a shape of the matrix. */
export function graphOfShape(shape: Shape): FlowGraph {
  return graphFrom(methodsOf(flowSource(shape, { className: "Sample", additions: [] })));
}

function graphFrom(body: string): FlowGraph {
  const { graph, findings } = readFlow(flowFrom(body));
  expect(findings).toEqual([]);
  if (graph === null) throw new Error("a flow without findings has a graph");
  return graph;
}

/** The methods of a generated flow as JavaScript. */
function methodsOf(source: string): string {
  const from = source.indexOf("@step");
  const body = source.slice(from, source.lastIndexOf("main(")).trimEnd().replace(/\}$/, "");
  return body
    .replaceAll("@step ", "")
    .replaceAll(/\((?:inputs: Inputs<\w+>|item: string)\) \{/g, (one) =>
      one.startsWith("(inputs") ? "(inputs) {" : "(item) {",
    );
}
