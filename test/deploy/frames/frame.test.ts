import { expect, test } from "vitest";
import { readFlow } from "../../../runtime/graph/read-flow.ts";
import { type Frame, frameOf, type Go } from "../../../runtime/deploy/frames/frame.ts";
import { between, flowFrom } from "../../graph/flow-from.ts";
import { SHAPES } from "../../matrix/shapes/all.ts";
import { graphOfShape } from "../graph-of.ts";

/** A frame as text: `a > foreach(b > arrive) join > end`, one step after the other. */
function drawn(body: string): string {
  const { graph, findings } = readFlow(flowFrom(body));
  expect(findings).toEqual([]);
  return draw(frameOf(graph!));
}

function draw({ steps, hasLoop }: Frame): string {
  const text = steps.map(({ step, goes }) => `${step} ${going(goes)}`).join("; ");
  return hasLoop ? `loop: ${text}` : text;
}

function going(goes: Go): string {
  switch (goes.kind) {
    case "end":
    case "arrive":
      return goes.kind;
    case "to":
      return `> ${goes.step}`;
    case "switch":
      return `? ${Object.entries(goes.cases)
        .map(([name, step]) => `${name}: ${step}`)
        .join(", ")}`;
    case "split":
      return `${goes.split}${goes.size ?? ""} [${goes.bodies.map(draw).join(" | ")}] > ${goes.join}`;
  }
}

test("a flow without splits is one frame", () => {
  expect(drawn(between("this.fit", "fit() { this.next(this.end) }"))).toBe("start > fit; fit > end; end end");
});

test("each path of a branch is a frame of its own, in order", () => {
  const body = `a() { this.next(this.c) } c() { this.next(this.j) } b() { this.next(this.j) } j(inputs) { this.next(this.end) }`;
  expect(drawn(between("this.a, this.b", body))).toBe(
    "start branch2 [a > c; c arrive | b arrive] > j; j > end; end end",
  );
});

test("a nested foreach, and bodies of several steps", () => {
  const body = `a(x) { this.next(this.b, { foreach: 'ys' }) } b(y) { this.next(this.c) } c() { this.next(this.i) }
    i(inputs) { this.next(this.d) } d() { this.next(this.j) } j(inputs) { this.next(this.end) }`;
  expect(drawn(between("this.a, { foreach: 'xs' }", body))).toBe(
    "start foreach [a foreach [b > c; c arrive] > i; i > d; d arrive] > j; j > end; end end",
  );
});

test("a branch in a foreach, and a foreach in a branch", () => {
  const body = `each(x) { this.next(this.l, this.r) } l() { this.next(this.many, { foreach: 'ys' }) } many() { this.next(this.few) }
    few(inputs) { this.next(this.both) } r() { this.next(this.both) } both(inputs) { this.next(this.all) } all(inputs) { this.next(this.end) }`;
  expect(drawn(between("this.each, { foreach: 'xs' }", body))).toBe(
    "start foreach [each branch2 [l foreach [many arrive] > few; few arrive | r arrive] > both; both arrive] > all; all > end; end end",
  );
});

test("the paths of a switch meet again in one step, which stands once and after them", () => {
  const body = `a() { this.next(this.m) } b() { this.next(this.c) } c() { this.next(this.m) } m() { this.next(this.end) }`;
  expect(drawn(between("{ x: this.a, y: this.b }, { condition: 'k' }", body))).toBe(
    "start ? x: a, y: b; a > m; b > c; c > m; m > end; end end",
  );
});

test("a switch may lead to the end", () => {
  const body = `a() { this.next(this.end) }`;
  expect(drawn(between("{ go: this.a, stop: this.end }, { condition: 'k' }", body))).toBe(
    "start ? go: a, stop: end; a > end; end end",
  );
});

test("a switch within a split arrives by different steps", () => {
  const body = `p(x) { this.next({ a: this.a, b: this.b }, { condition: 'k' }) } a() { this.next(this.j) } b() { this.next(this.j) }
    j(inputs) { this.next(this.end) }`;
  expect(drawn(between("this.p, { foreach: 'xs' }", body))).toBe(
    "start foreach [p ? a: a, b: b; a arrive; b arrive] > j; j > end; end end",
  );
});

test("a loop belongs to the frame in which it turns, also around a split", () => {
  const body = `a() { this.next(this.b, { foreach: 'xs' }) } b(x) { this.next(this.j) }
    j(inputs) { this.next({ again: this.a, done: this.end }, { condition: 'k' }) }`;
  expect(drawn(between("this.a", body))).toBe(
    "loop: start > a; a foreach [b arrive] > j; j ? again: a, done: end; end end",
  );
  const inside = `a(x) { this.next({ again: this.a, done: this.b }, { condition: 'k' }) } b() { this.next(this.j) } j(inputs) { this.next(this.end) }`;
  expect(drawn(between("this.a, { foreach: 'xs' }", inside))).toBe(
    "start foreach [loop: a ? again: a, done: b; b arrive] > j; j > end; end end",
  );
});

test("a gang has its size, where the code says it", () => {
  const body = `m() { this.next(this.j) } j(inputs) { this.next(this.end) }`;
  expect(drawn(between("this.m, { numParallel: 3 }", body))).toBe("start gang3 [m arrive] > j; j > end; end end");
  expect(drawn(between("this.m, { numParallel: this.n }", body))).toBe("start gang [m arrive] > j; j > end; end end");
});

test("a join can be the end, and can split again", () => {
  const ends = `start() { this.next(this.a, this.b) } a() { this.next(this.end) } b() { this.next(this.end) } end(inputs) {}`;
  expect(drawn(ends)).toBe("start branch2 [a arrive | b arrive] > end; end end");
  const again = `a() { this.next(this.j) } b() { this.next(this.j) } j(inputs) { this.next(this.c, { foreach: 'xs' }) }
    c(x) { this.next(this.k) } k(inputs) { this.next(this.end) }`;
  expect(drawn(between("this.a, this.b", again))).toBe(
    "start branch2 [a arrive | b arrive] > j; j foreach [c arrive] > k; k > end; end end",
  );
});

test.each(SHAPES)("of the shape $name every step stands in one frame, at most once", (shape) => {
  const names = stepsOf(frameOf(graphOfShape(shape)));
  expect([...names].sort()).toEqual(shape.steps.map(({ name }) => name).sort());
});

function stepsOf({ steps }: Frame): readonly string[] {
  return steps.flatMap(({ step, goes }) => [step, ...(goes.kind === "split" ? goes.bodies.flatMap(stepsOf) : [])]);
}

test("a flow of thousands of steps in a row is no deep recursion", () => {
  const steps = Array.from({ length: 3000 }, (_, at) => ({
    name: `s${at}`,
    transition: at === 2999 ? { kind: "end" as const } : { kind: "linear" as const, target: `s${at + 1}` },
    isJoin: false,
    parents: [],
    splits: [],
    join: null,
    doc: null,
    settings: {},
    mentions: [],
  }));
  const frame = frameOf({ flow: "Long", doc: null, start: "s0", end: "s2999", steps, parameters: [] });
  expect(frame.steps.map(({ step }) => step)).toEqual(steps.map(({ name }) => name));
});
