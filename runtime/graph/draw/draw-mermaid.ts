import type { FlowGraph, StepNode } from "../flow-graph.ts";
import { edgesOf, markOf } from "./edges-of.ts";

/** The graph as a Mermaid flowchart, which Markdown viewers draw. */
export function drawMermaid(graph: FlowGraph): string {
  const ids = new Map(graph.steps.map((step, at) => [step.name, idOf(step.name, at)]));
  const nodes = graph.steps.map((step) => `  ${ids.get(step.name)}${shapeOf(step, graph)}`);
  const edges = edgesOf(graph).map(({ from, to, label }) => {
    const arrow = label === null ? "-->" : `-->|"${escape(label)}"|`;
    return `  ${ids.get(from)} ${arrow} ${ids.get(to)}`;
  });
  return ["flowchart TD", ...nodes, ...edges, ""].join("\n");
}

function shapeOf(step: StepNode, graph: FlowGraph): string {
  const mark = markOf(step);
  const text = `"${escape(step.name)}${mark === null ? "" : `<br/><small>${escape(mark)}</small>`}"`;
  if (step.name === graph.start || step.name === graph.end) return `([${text}])`;
  if (step.transition.kind === "switch") return `{${text}}`;
  return step.isJoin ? `[/${text}\\]` : `(${text})`;
}

// Mermaid reads some words, among them `end`, as syntax.
function idOf(name: string, at: number): string {
  return /^[a-zA-Z]\w*$/.test(name) ? `step_${name}` : `step_${at}_`;
}

function escape(text: string): string {
  return text.replace(/[&<>"#]/g, (character) => `#${character.charCodeAt(0)};`);
}
