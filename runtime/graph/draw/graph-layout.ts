import type { FlowGraph } from "../flow-graph.ts";
import { lookup } from "../lookup.ts";
import { edgesOf, markOf, type Edge } from "./edges-of.ts";
import { inOrder } from "./draw-text.ts";
import { largest, smallest } from "../../../sdk/base/largest.ts";

export interface Box {
  readonly name: string;
  readonly mark: string | null;
  /** Centre, in pixels. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Route extends Edge {
  /** From the border of one box to that of the other, by way of the layers between. */
  readonly points: readonly Point[];
  /** True for an arrow of a loop, which runs upwards at the side. */
  readonly isBack: boolean;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface GraphLayout {
  readonly boxes: readonly Box[];
  readonly routes: readonly Route[];
  readonly width: number;
  readonly height: number;
}

interface Cell {
  readonly id: string;
  readonly width: number;
  readonly layer: number;
  x: number;
}

const BOX_HEIGHT = 44;
const LAYER_HEIGHT = 96;
const GAP = 36;
const MARGIN = 24;
const VIA_WIDTH = 16;

/** Places the steps in layers from top to bottom; an edge that skips layers keeps a free lane through them. */
export function layOut(graph: FlowGraph): GraphLayout {
  const order = inOrder(graph);
  const rank = new Map(order.map((step, at) => [step.name, at]));
  const edges = edgesOf(graph).filter(({ from, to }) => rank.has(from) && rank.has(to));
  const isBack = ({ from, to }: Edge): boolean => lookup(rank, to) <= lookup(rank, from);
  const forward = edges.filter((edge) => !isBack(edge));

  const layerOf = new Map<string, number>();
  for (const { name } of order) {
    const above = forward.filter((edge) => edge.to === name).map((edge) => lookup(layerOf, edge.from) + 1);
    layerOf.set(name, largest([0, ...above]));
  }

  const cells = new Map<string, Cell>();
  const add = (id: string, place: { width: number; layer: number }): void => void cells.set(id, { id, ...place, x: 0 });
  for (const step of order)
    add(step.name, { width: widthOf(step.name, markOf(step)), layer: lookup(layerOf, step.name) });
  const chains = new Map<Edge, readonly string[]>();
  for (const edge of forward) {
    const chain = [edge.from];
    for (let layer = lookup(layerOf, edge.from) + 1; layer < lookup(layerOf, edge.to); layer += 1) {
      const id = `${edge.from}\n${edge.to}\n${layer}`;
      add(id, { width: VIA_WIDTH, layer });
      chain.push(id);
    }
    chains.set(edge, [...chain, edge.to]);
  }
  const right = placeCells([...cells.values()], [...chains.values()]);

  const y = (layer: number): number => MARGIN + BOX_HEIGHT / 2 + layer * LAYER_HEIGHT;
  const boxes = order.map((step): Box => {
    const cell = lookup(cells, step.name);
    return { name: step.name, mark: markOf(step), x: cell.x, y: y(cell.layer), width: cell.width, height: BOX_HEIGHT };
  });
  const at = (id: string): Point => ({ x: lookup(cells, id).x, y: y(lookup(cells, id).layer) });
  const backs = edges.filter(isBack);
  const routes = edges.map((edge): Route => {
    const chain = chains.get(edge);
    if (chain === undefined)
      return {
        ...edge,
        isBack: true,
        points: backRoute(edge, { cells, y, lane: right + 28 * (backs.indexOf(edge) + 1) }),
      };
    const points = chain.map(at).map((point, index) => {
      if (index === 0) return { x: point.x, y: point.y + BOX_HEIGHT / 2 };
      return index === chain.length - 1 ? { x: point.x, y: point.y - BOX_HEIGHT / 2 } : point;
    });
    return { ...edge, isBack: false, points };
  });
  const labels = backs.length > 0 ? largest(backs.map((edge) => 7 * (edge.label?.length ?? 0))) + 12 : 0;
  const height = y(largest(layerOf.values())) + BOX_HEIGHT / 2 + MARGIN;
  return { boxes, routes, width: right + 28 * backs.length + labels + MARGIN, height };
}

/** Orders each layer by where its neighbours stand, then spreads it around them. Returns the right border. */
function placeCells(cells: readonly Cell[], chains: readonly (readonly string[])[]): number {
  const layers: Cell[][] = [];
  for (const cell of cells) (layers[cell.layer] ??= []).push(cell);
  const neighbours = neighboursOf(cells, chains);
  const spread = (layer: readonly Cell[]): void => {
    let x = 0;
    for (const cell of layer) {
      cell.x = x + cell.width / 2;
      x += cell.width + GAP;
    }
    for (const cell of layer) cell.x -= (x - GAP) / 2;
  };
  for (const layer of layers) spread(layer);
  for (let sweep = 0; sweep < 8; sweep += 1) {
    const direction = sweep % 2 === 0 ? "above" : "below";
    for (const layer of direction === "above" ? layers : layers.toReversed()) {
      const wished = new Map(layer.map((cell) => [cell, meanX(lookup(neighbours, cell.id)[direction]) ?? cell.x]));
      layer.sort((a, b) => lookup(wished, a) - lookup(wished, b));
      spread(layer);
      const shift = layer.reduce((sum, cell) => sum + lookup(wished, cell) - cell.x, 0) / layer.length;
      for (const cell of layer) cell.x += shift;
    }
  }
  const left = smallest(cells.map((cell) => cell.x - cell.width / 2));
  for (const cell of cells) cell.x += MARGIN - left;
  return largest(cells.map((cell) => cell.x + cell.width / 2));
}

function neighboursOf(
  cells: readonly Cell[],
  chains: readonly (readonly string[])[],
): Map<string, { above: Cell[]; below: Cell[] }> {
  const byId = new Map(cells.map((cell) => [cell.id, cell]));
  const neighbours = new Map(cells.map((cell) => [cell.id, { above: [] as Cell[], below: [] as Cell[] }]));
  for (const chain of chains) {
    chain.forEach((id, index) => {
      const from = chain[index - 1];
      if (from === undefined) return;
      lookup(neighbours, from).below.push(lookup(byId, id));
      lookup(neighbours, id).above.push(lookup(byId, from));
    });
  }
  return neighbours;
}

function meanX(cells: readonly Cell[]): number | undefined {
  return cells.length === 0 ? undefined : cells.reduce((sum, cell) => sum + cell.x, 0) / cells.length;
}

function backRoute(
  edge: Edge,
  place: { cells: ReadonlyMap<string, Cell>; y: (layer: number) => number; lane: number },
): Point[] {
  const [from, to] = [lookup(place.cells, edge.from), lookup(place.cells, edge.to)];
  const isSelf = from === to;
  const start = { x: from.x + from.width / 2, y: place.y(from.layer) + (isSelf ? 10 : 0) };
  const end = { x: to.x + to.width / 2, y: place.y(to.layer) - (isSelf ? 10 : 0) };
  const lane = isSelf ? start.x + 26 : place.lane;
  return [start, { x: lane, y: start.y }, { x: lane, y: end.y }, end];
}

/** Good enough for the sans-serif fonts of browsers at the sizes that the drawing uses. */
function widthOf(name: string, mark: string | null): number {
  return Math.round(Math.max(72, name.length * 8.4 + 28, (mark?.length ?? 0) * 6.2 + 28));
}
