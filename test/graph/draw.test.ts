import { expect, test } from "vitest";
import { readFlow } from "../../runtime/graph/read-flow.ts";
import { drawDot } from "../../runtime/graph/draw/draw-dot.ts";
import { layOut } from "../../runtime/graph/draw/graph-layout.ts";
import { drawMermaid } from "../../runtime/graph/draw/draw-mermaid.ts";
import { drawSvg } from "../../runtime/graph/draw/draw-svg.ts";
import { drawText } from "../../runtime/graph/draw/draw-text.ts";
import type { FlowGraph } from "../../runtime/graph/flow-graph.ts";
import { flowFrom } from "./flow-from.ts";

/** Every kind of transition, a loop, an arrow past several layers and names that need escaping. */
const BODY = `
  start() { this.next(this.fitA, this.fitB) }
  fitA() { this.next(this.shard, { foreach: "shards", label: "code" }) }
  shard(item) { this.next(this.gather) }
  gather(inputs) { this.next(this.ensemble) }
  fitB() { this.next({ "<again>": this.fitB, "a & b": this.tune, default: this.ready }, { condition: "quality" }) }
  tune() { this.next(this.ready) }
  ready() { this.next(this.ensemble) }
  ensemble(inputs) { this.next(this.node, { numParallel: 4 }) }
  node() { this.next(this.end) }
  end(inputs) {}`;

function sample(): FlowGraph {
  const settingsOf = (_uses: unknown, step: string): object =>
    step !== "tune"
      ? {}
      : {
          engine: { name: "batch", options: {} },
          resources: { cpu: 1, gpu: 2, memoryMb: 16_000, diskMb: null, sharedMemoryMb: null },
          retry: { times: 2, delayMs: 0, backoff: 1, maxDelayMs: null, jitter: true, hasFilter: false },
          timeoutMs: 90_000,
          hasCheckpoint: true,
          cache: { key: null, ttlMs: null },
          hasSecrets: true,
          catchAs: "failure",
          env: { vars: { SEED: "7" }, packages: { "ml-matrix": "6.12.1" }, image: null, node: null },
        };
  const { graph, findings } = readFlow(flowFrom(BODY, { parameters: ["factors"] }), { settingsOf });
  expect(findings).toEqual([]);
  return graph!;
}

test("mermaid", () => expect(drawMermaid(sample())).toMatchSnapshot());
test("dot", () => expect(drawDot(sample())).toMatchSnapshot());
test("svg", () => expect(drawSvg(sample())).toMatchSnapshot());
test("text", () => expect(drawText(sample())).toMatchSnapshot());

test("needs that change with the attempt are shown one after another, as many as fit", () => {
  const needs = { cpu: 1, gpu: 0, memoryMb: 4000, diskMb: null, sharedMemoryMb: null };
  const textWith = (later: readonly number[]) => {
    const resources = { ...needs, later: later.map((memoryMb) => ({ ...needs, memoryMb })) };
    const graph = sample();
    const steps = graph.steps.map((step) => (step.name === "ready" ? { ...step, settings: { resources } } : step));
    return drawText({ ...graph, steps });
  };
  expect(textWith([8000, 16_000])).toContain("    cpu 1; gpu 0; memory 4000, 8000, 16000 MB by attempt\n");
  expect(textWith([5, 6, 7, 8, 9, 10])).toContain("memory 4000, 5, 6, 7, 8, …, 10 MB by attempt\n");
});

test("text in several lines keeps its comments apart", () => {
  const graph = sample();
  const steps = graph.steps.map((step) => (step.name === "start" ? { ...step, doc: "First.\n\nSecond." } : step));
  expect(drawText({ ...graph, doc: "A flow.", steps })).toContain(
    "  start\n    First.\n\n    Second.\n    => fitA + fitB, joined in ensemble",
  );
});

test.each([
  [`{ foreach: "shards" }`, "for each of shards, joined"],
  [`{ label: 'code', foreach: "shards" }`, "for each of shards, labelled by code, joined"],
  [`{ foreach: "shards", label: this.key }`, "for each of shards, with labels that the run names, joined"],
])("text tells the labels of a foreach: %s", (options, text) => {
  const body = `
  start() { this.next(this.shard, ${options}) }
  shard(item) { this.next(this.gather) }
  gather(inputs) { this.next(this.end) }
  end() {}`;
  expect(drawText(readFlow(flowFrom(body), { settingsOf: () => ({}) }).graph!)).toContain(
    `=> shard, ${text} in gather`,
  );
});

test("no two boxes of the layout overlap and every arrow stays inside the picture", () => {
  const { boxes, routes, width, height } = layOut(sample());
  for (const a of boxes) {
    for (const b of boxes) {
      if (a !== b && a.y === b.y) expect(Math.abs(a.x - b.x)).toBeGreaterThanOrEqual((a.width + b.width) / 2);
    }
  }
  for (const { points } of routes) {
    for (const { x, y } of points) expect(x > 0 && y > 0 && x < width && y < height).toBe(true);
  }
});

test("a flow of one step has a drawing", () => {
  const { graph } = readFlow(flowFrom("only() {}", { start: ["only"], end: ["only"] }));
  expect(drawSvg(graph!)).toContain(">only<");
  expect(drawText(graph!)).toContain("only\n    => end of the flow");
});
