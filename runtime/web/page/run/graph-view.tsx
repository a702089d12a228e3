import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import { cutText } from "../../../text/cut-text.ts";
import type { StepTaskCounts } from "../../api/shapes.ts";
import { useSite } from "../state/use-site.ts";
import { countSteps } from "./count-steps.ts";
import { NODE_HEIGHT, NODE_WIDTH, placedGraph } from "./placed-graph.ts";
import type { RunViewProps } from "./run-view-props.ts";

const NAME_CHARS = 20;
const BAR = { x: 10, y: 40, width: NODE_WIDTH - 20, height: 5 };

/** The flow as a graph: a node a step, however many tasks it has. */
export function GraphView({ name, answer, columns }: RunViewProps): JSX.Element {
  const { addresses } = useSite();
  const { graph, steps } = answer;
  const placed = useMemo(() => placedGraph(graph), [JSON.stringify(graph)]);
  const counts = countSteps(steps, columns);
  const { width, height } = placed;
  return (
    <div class="graph" tabIndex={0} role="region" aria-label="The graph of the flow">
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="group" aria-label="Steps">
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto-start-reverse"
          >
            <path d="M0 0L8 4L0 8z" class="arrow" />
          </marker>
        </defs>
        {placed.edges.map(({ from, to, isForeach, path }) => (
          <path key={`${from}/${to}`} d={path} class={`edge ${isForeach ? "foreach" : ""}`} marker-end="url(#arrow)" />
        ))}
        {placed.steps.map((step) => (
          <a
            key={step.name}
            href={addresses.href(["runs", name.flow, name.run], { view: "tasks", step: step.name })}
            aria-label={labelOf(step.name, counts.get(step.name))}
          >
            <StepNode name={step.name} x={step.x} y={step.y} counts={counts.get(step.name)} />
          </a>
        ))}
      </svg>
      <p class="quiet">A dashed line is a foreach: one task an item. A step leads to its tasks.</p>
    </div>
  );
}

interface StepNodeProps {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly counts: StepTaskCounts | undefined;
}

function StepNode({ name, x, y, counts }: StepNodeProps): JSX.Element {
  const state = stateOf(counts);
  const done = counts === undefined || counts.total === 0 ? 0 : counts.done / counts.total;
  const failed = counts === undefined || counts.total === 0 ? 0 : counts.failed / counts.total;
  return (
    <g class={`node node-${state}`} transform={`translate(${x} ${y})`}>
      <title>{labelOf(name, counts)}</title>
      <rect width={NODE_WIDTH} height={NODE_HEIGHT} rx="6" class="box" />
      <text x="10" y="18" class="name">
        {cutText(visibleLine(name), NAME_CHARS)}
      </text>
      <text x="10" y="33" class="counts">
        {countsText(counts)}
      </text>
      <rect {...BAR} rx="2" class="rest" />
      <rect {...BAR} width={BAR.width * done} rx="2" class="done" />
      <rect {...BAR} x={BAR.x + BAR.width * done} width={BAR.width * failed} class="failed" />
    </g>
  );
}

function stateOf(counts: StepTaskCounts | undefined): string {
  if (counts === undefined || counts.total === 0) return "unreached";
  if (counts.failed > 0) return "failed";
  if (counts.running > 0) return "running";
  return counts.done === counts.total ? "done" : "pending";
}

function countsText(counts: StepTaskCounts | undefined): string {
  if (counts === undefined || counts.total === 0) return "not reached";
  const parts = [`${short(counts.done)}/${short(counts.total)} done`];
  if (counts.failed > 0) parts.push(`✕ ${short(counts.failed)}`);
  if (counts.running > 0) parts.push(`▸ ${short(counts.running)}`);
  return parts.join("  ");
}

function labelOf(name: string, counts: StepTaskCounts | undefined): string {
  if (counts === undefined || counts.total === 0) return `${visibleLine(name)}: not reached`;
  const { done, total, failed, running } = counts;
  return `${visibleLine(name)}: ${done} of ${total} done, ${failed} failed, ${running} running`;
}

function short(count: number): string {
  return count < 10_000 ? String(count) : `${Math.round(count / 1000)}k`;
}
