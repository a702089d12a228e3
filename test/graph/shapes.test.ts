import { expect, test } from "vitest";
import type { AnyClass } from "../../sdk/base/metadata.ts";
import { readFlow } from "../../runtime/graph/read-flow.ts";
import { nodeOf, type FlowGraph } from "../../runtime/graph/flow-graph.ts";
import { stepNameOf } from "../../runtime/graph/step-methods.ts";
import { between, flowFrom } from "./flow-from.ts";

function graphOf(Flow: AnyClass): FlowGraph {
  const { graph, findings } = readFlow(Flow);
  expect(findings).toEqual([]);
  return graph!;
}

/** `step: splits -> join` */
function shape(body: string, options = {}): Record<string, string> {
  const graph = graphOf(flowFrom(body, options));
  return Object.fromEntries(graph.steps.map((s) => [s.name, [s.splits.join(">"), s.join ?? ""].join("|")]));
}

test("a branch is closed by the step that takes inputs", () => {
  const graph = graphOf(
    flowFrom(
      between(
        "this.a, this.b",
        "a() { this.next(this.j) } b() { this.next(this.j) } j(inputs) { this.next(this.end) }",
      ),
    ),
  );
  expect(graph).toMatchObject({ flow: "Sample", start: "start", end: "end" });
  expect(nodeOf(graph, "start")).toMatchObject({
    transition: { kind: "branch", targets: ["a", "b"] },
    join: "j",
    splits: [],
  });
  expect(nodeOf(graph, "a")).toMatchObject({ isJoin: false, parents: ["start"], splits: ["start"] });
  expect(nodeOf(graph, "j")).toMatchObject({ isJoin: true, parents: ["a", "b"], splits: [], join: null });
});

test("a nested foreach is closed from the inside out", () => {
  expect(
    shape(
      between(
        "this.a, { foreach: 'xs' }",
        "a(x) { this.next(this.b, { foreach: 'ys' }) } b(y) { this.next(this.i) } i(inputs) { this.next(this.j) } j(inputs) { this.next(this.end) }",
      ),
    ),
  ).toEqual({ start: "|j", a: "start|i", b: "start>a|", i: "start|", j: "|", end: "|" });
});

test("a branch in a foreach, and a foreach in one path of a branch", () => {
  expect(
    shape(
      between(
        "this.each, { foreach: 'xs' }",
        `each(x) { this.next(this.l, this.r) } l() { this.next(this.many, { foreach: 'ys' }) } many() { this.next(this.few) }
         few(inputs) { this.next(this.both) } r() { this.next(this.both) } both(inputs) { this.next(this.all) } all(inputs) { this.next(this.end) }`,
      ),
    ),
  ).toEqual({
    start: "|all",
    each: "start|both",
    l: "start>each|few",
    many: "start>each>l|",
    few: "start>each|",
    r: "start>each|",
    both: "start|",
    all: "|",
    end: "|",
  });
});

test("a switch in a branch: its paths meet in a plain step, or go to the join by steps of their own", () => {
  expect(
    shape(
      between(
        "this.a, this.b",
        `a() { this.next({ x: this.p, y: this.q, default: this.q }, { condition: 'c' }) } p() { this.next(this.m) } q() { this.next(this.j) }
         m() { this.next(this.j) } b() { this.next(this.j) } j(inputs) { this.next(this.end) }`,
      ),
    ),
  ).toEqual({ start: "|j", a: "start|", p: "start|", q: "start|", m: "start|", b: "start|", j: "|", end: "|" });
});

test("a branch in one case of a switch; the other case goes to the end", () => {
  expect(
    shape(
      between(
        "{ x: this.a, y: this.end }, { condition: 'c' }",
        "a() { this.next(this.p, this.q) } p() { this.next(this.j) } q() { this.next(this.j) } j(inputs) { this.next(this.end) }",
      ),
    ),
  ).toEqual({ start: "|", a: "|j", p: "a|", q: "a|", j: "|", end: "|" });
});

test("a step may repeat itself, and a loop may hold a whole split", () => {
  expect(
    shape(between("this.a", "a() { this.next({ again: this.a, done: this.end }, { condition: 'c' }) }")),
  ).toMatchObject({ a: "|" });
  expect(
    shape(
      between(
        "this.a",
        "a() { this.next(this.p, this.q) } p() { this.next(this.j) } q() { this.next(this.j) } j(inputs) { this.next({ again: this.a, done: this.end }, { condition: 'c' }) }",
      ),
    ),
  ).toMatchObject({ a: "|j", p: "a|", j: "|" });
});

test("a join may split again, and the end may be a join", () => {
  expect(
    shape(
      "start() { this.next(this.a, this.b) } a() { this.next(this.j) } b() { this.next(this.j) } j(inputs) { this.next(this.c, { foreach: 'xs' }) } c(x) { this.next(this.end) } end(inputs) {}",
    ),
  ).toEqual({ start: "|j", a: "start|", b: "start|", j: "|end", c: "j|", end: "|" });
});

test("a gang is a split; its size may be known to the run only", () => {
  const body = (size: string): string =>
    between(`this.a, { numParallel: ${size} }`, "a() { this.next(this.j) } j(inputs) { this.next(this.end) }");
  expect(nodeOf(graphOf(flowFrom(body("4"))), "start").transition).toEqual({ kind: "gang", target: "a", size: 4 });
  expect(nodeOf(graphOf(flowFrom(body("this.nodes"))), "start").transition).toEqual({
    kind: "gang",
    target: "a",
    size: null,
  });
});

test("start and end may have other names, and be one step", () => {
  expect(
    graphOf(flowFrom("first() { this.next(this.last) } last() {}", { start: ["first"], end: ["last"] })),
  ).toMatchObject({ start: "first", end: "last" });
  expect(graphOf(flowFrom("only() {}", { start: ["only"], end: ["only"] })).steps).toHaveLength(1);
});

test("a flow inherits steps, overrides them, and may leave the transition to super", () => {
  const base = flowFrom(between("this.a", "a() { this.next(this.end) }"), { parameters: ["rate"] });
  const Flow = flowFrom(
    "start() { this.extra = 1; super.start() } b() { this.next(this.end) } a() { this.next(this.b) }",
    { base },
  );
  const graph = graphOf(Flow);
  expect(graph.steps.map(({ name }) => name)).toEqual(["start", "a", "end", "b"]);
  expect(nodeOf(graph, "start")).toMatchObject({ transition: { kind: "linear", target: "a" }, mentions: ["extra"] });
  expect(graph.parameters).toEqual(["rate"]);
  expect(stepNameOf(Flow, (base.prototype as { a: object }).a)).toBe("a");
  expect(stepNameOf(Flow, () => 1)).toBeUndefined();
});

test("mentions: what a step reads and writes, also by way of its methods and of the inputs of a join", () => {
  const graph = graphOf(
    flowFrom(
      `start() { const { lr, seed: s } = this; const self = this; this.model = this.fit(self.data); this["raw"] = s; this.next(this.a, { foreach: "shards" }) }
       a(x) { [1].map(() => { this.score ??= x.notOurs; }); this.next(this.j) }
       j(inputs) { for (const i of inputs) console.log(i.loss); const { acc } = inputs[0]; this.total = inputs.a.score; this.next(this.end) }
       end() {} fit(data) { return this.depth + this.helper() } helper() { return this.width }`,
      { notSteps: ["fit", "helper"] },
    ),
  );
  expect(nodeOf(graph, "start").mentions).toEqual(["data", "depth", "lr", "model", "raw", "seed", "shards", "width"]);
  expect(nodeOf(graph, "a").mentions).toEqual(["score"]);
  expect(nodeOf(graph, "j").mentions).toEqual(["acc", "log", "loss", "score", "total"]);
  expect(nodeOf(graph, "end").mentions).toEqual([]);
});
