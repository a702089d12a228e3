import { Graph, layout } from "@dagrejs/dagre";
import type { RunAnswer } from "../../api/shapes.ts";

export interface PlacedStep {
  readonly name: string;
  /** Its upper left corner. */
  readonly x: number;
  readonly y: number;
}

export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  readonly isForeach: boolean;
  /** An SVG path. */
  readonly path: string;
}

export interface PlacedGraph {
  readonly width: number;
  readonly height: number;
  readonly steps: readonly PlacedStep[];
  readonly edges: readonly PlacedEdge[];
}

export const NODE_WIDTH = 176;
export const NODE_HEIGHT = 54;
const MARGIN = 12;

/** Where the steps of a flow stand: those that come later lie below. */
export function placedGraph({ steps, edges }: RunAnswer["graph"]): PlacedGraph {
  const graph = new Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 28, ranksep: 40, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const name of steps) graph.setNode(name, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as Partial<Record<"width" | "height", number>>;
  return {
    width,
    height,
    steps: steps.map((name) => {
      const { x = 0, y = 0 } = graph.node(name) as Partial<Point>;
      return { name, x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 };
    }),
    edges: edges.map((edge) => ({ ...edge, path: pathOf(pointsOf(graph.edge(edge.from, edge.to))) })),
  };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function pointsOf(edge: unknown): readonly Point[] {
  return (edge as { readonly points?: readonly Point[] }).points ?? [];
}

/** Through the points without corners. */
function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return "";
  const middles = rest.slice(0, -1).map((point, at) => {
    const next = rest[at + 1] ?? point;
    const isEnd = at === rest.length - 2;
    const x = isEnd ? last.x : (point.x + next.x) / 2;
    const y = isEnd ? last.y : (point.y + next.y) / 2;
    return `Q${point.x} ${point.y} ${x} ${y}`;
  });
  return `M${first.x} ${first.y} ${middles.length === 0 ? `L${last.x} ${last.y}` : middles.join(" ")}`;
}
