import type { FlowGraph } from "../flow-graph.ts";
import { edgesOf, markOf } from "./edges-of.ts";

/** The graph in Graphviz's language. */
export function drawDot(graph: FlowGraph): string {
  const nodes = graph.steps.map((step) => {
    const mark = markOf(step);
    const isBorder = step.name === graph.start || step.name === graph.end;
    const label = mark === null ? quote(step.name) : quote(`${step.name}\n${mark}`);
    return `  ${quote(step.name)} [label=${label}${isBorder ? ", penwidth=2" : ""}];`;
  });
  const edges = edgesOf(graph).map(({ from, to, label }) => {
    return `  ${quote(from)} -> ${quote(to)}${label === null ? "" : ` [label=${quote(label)}]`};`;
  });
  return [
    `digraph ${quote(graph.flow)} {`,
    `  node [shape=box, style=rounded, fontname="sans-serif"];`,
    `  edge [fontname="sans-serif", fontsize=10];`,
    ...nodes,
    ...edges,
    "}",
    "",
  ].join("\n");
}

function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n")}"`;
}
