import type { FlowGraph } from "../flow-graph.ts";
import { layOut, type Box, type Point, type Route } from "./graph-layout.ts";
import { escapeHtml } from "../../text/escape-html.ts";

/**
 * The graph as a picture of its own: no fonts, styles or scripts from elsewhere.
 * @param options - `here`: a step that stands out
 */
export function drawSvg(graph: FlowGraph, { here = null }: { here?: string | null } = {}): string {
  const { boxes, routes, width, height } = layOut(graph);
  const kinds = new Map(
    graph.steps.map((step) => [step.name, kindOf(step.name, { graph, isSwitch: step.transition.kind === "switch" })]),
  );
  const size = `width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="system-ui, sans-serif" role="img">`,
    `<title>${escapeHtml(graph.flow)}</title>`,
    `<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">`,
    `<path d="M0 0.5L8 4L0 7.5Z" fill="#5b6470"/></marker></defs>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...routes.map((route) => drawRoute(route)),
    ...boxes.map((box) => drawBox(box, box.name === here ? "here" : (kinds.get(box.name) ?? "plain"))),
    ...routes.map((route) => drawLabel(route)).filter((label) => label !== ""),
    "</svg>",
    "",
  ].join("\n");
}

const COLOURS = {
  border: { fill: "#e7f4ec", stroke: "#2f7d4f" },
  switch: { fill: "#fdf3dc", stroke: "#a87410" },
  plain: { fill: "#eef3fb", stroke: "#3c66a8" },
  here: { fill: "#cfe0f7", stroke: "#1d4f9c" },
};

function kindOf(name: string, { graph, isSwitch }: { graph: FlowGraph; isSwitch: boolean }): keyof typeof COLOURS {
  if (name === graph.start || name === graph.end) return "border";
  return isSwitch ? "switch" : "plain";
}

function drawBox({ name, mark, x, y, width, height }: Box, kind: keyof typeof COLOURS): string {
  const { fill, stroke } = COLOURS[kind];
  const corner = `x="${round(x - width / 2)}" y="${round(y - height / 2)}"`;
  const box = `<rect ${corner} width="${width}" height="${height}" rx="10" fill="${fill}" stroke="${stroke}" stroke-width="1.5"/>`;
  const text = (dy: number, style: string, content: string): string =>
    `<text x="${round(x)}" y="${round(y + dy)}" text-anchor="middle" ${style}>${escapeHtml(content)}</text>`;
  const title = text(mark === null ? 5 : -1, `font-size="14" fill="#1d2530"`, name);
  return mark === null ? `${box}${title}` : `${box}${title}${text(14, `font-size="10.5" fill="#5b6470"`, mark)}`;
}

function drawRoute({ points, isBack }: Route): string {
  const dash = isBack ? ` stroke-dasharray="5 3"` : "";
  return `<path d="${isBack ? corners(points) : curve(points)}" fill="none" stroke="#5b6470" stroke-width="1.4"${dash} marker-end="url(#arrow)"/>`;
}

/** Vertical where it leaves and enters a layer. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points as readonly [Point, ...Point[]];
  let from = first;
  let path = `M${at(from)}`;
  for (const to of rest) {
    const middle = (from.y + to.y) / 2;
    path += `C${at({ x: from.x, y: middle })} ${at({ x: to.x, y: middle })} ${at(to)}`;
    from = to;
  }
  return path;
}

function corners(points: readonly Point[]): string {
  const [start, lower, upper, end] = points as readonly [Point, Point, Point, Point];
  const radius = Math.min(8, (lower.y - upper.y) / 2);
  return [
    `M${at(start)}L${at({ x: lower.x - radius, y: lower.y })}`,
    `Q${at(lower)} ${at({ x: lower.x, y: lower.y - radius })}L${at({ x: upper.x, y: upper.y + radius })}`,
    `Q${at(upper)} ${at({ x: upper.x - radius, y: upper.y })}L${at(end)}`,
  ].join("");
}

function drawLabel({ label, points, isBack }: Route): string {
  if (label === null) return "";
  const [first, second] = points as readonly [Point, Point];
  const last = points[2];
  // A forward label stands on the first stretch of the arrow, nearer to where it leads.
  const place = isBack
    ? { x: second.x + 6, y: (second.y + (last?.y ?? second.y)) / 2 + 4 }
    : { x: first.x + (second.x - first.x) * 0.62, y: first.y + (second.y - first.y) * 0.58 + 3 };
  const anchor = isBack ? "start" : "middle";
  const style = `font-size="11" fill="#3a4250" paint-order="stroke" stroke="#ffffff" stroke-width="4"`;
  return `<text x="${round(place.x)}" y="${round(place.y)}" text-anchor="${anchor}" ${style}>${escapeHtml(label)}</text>`;
}

function at({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
