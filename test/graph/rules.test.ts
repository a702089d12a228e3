import { describe, expect, test } from "vitest";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { markStep } from "../../sdk/base/metadata.ts";
import { readFlow } from "../../runtime/graph/read-flow.ts";
import { between, flowFrom, lint, type FlowFromOptions } from "./flow-from.ts";

const CHOICE = `{ a: this.a, b: this.b }`;

/** One flow per rule, each with nothing else wrong: the snapshot shows exactly what a user reads. */
const CASES: readonly (readonly [title: string, body: string, options?: FlowFromOptions])[] = [
  ["no steps", "helper() {}", { notSteps: ["helper"] }],
  ["no start", "first() { this.next(this.end) } end() {}"],
  [
    "no end",
    "start() { this.next(this.last) } last() { this.next({ again: this.start, on: this.last }, { condition: 'x' }) }",
  ],
  ["two starts", "one() { this.next(this.two) } two() { this.next(this.end) } end() {}", { start: ["one", "two"] }],
  ["two ends", "start() { this.next(this.one) } one() { } two() { }", { end: ["one", "two"] }],
  ["a reserved step name", between("this.input", "input() { this.next(this.end) }")],
  ["a step name with an underscore", between("this._a", "_a() { this.next(this.end) }")],
  ["a reserved parameter name", between("this.end", ""), { parameters: ["index", "_x"] }],
  ["a parameter named like a step", between("this.end", ""), { parameters: ["start"] }],
  ["a generator", between("this.a", "*a() { this.next(this.end) }")],
  [
    "two arguments",
    between("this.a, { foreach: 'xs' }", "a(x, y) { this.next(this.b) } b(inputs) { this.next(this.end) }"),
  ],
  ["no next", between("this.a", "a() { this.x = 1 }")],
  [
    "two nexts in a choice",
    between("this.a", "a() { if (this.x) this.next(this.b); else this.next(this.end) } b() { this.next(this.end) }"),
  ],
  [
    "two nexts in a row",
    between("this.a", "a() { this.next(this.b); this.next(this.end) } b() { this.next(this.end) }"),
  ],
  ["next in an if", between("this.a", "a() { if (this.x) { this.next(this.end) } }")],
  ["next in a loop", between("this.a", "a() { for (const x of this.xs) this.next(this.end) }")],
  ["a return before next", between("this.a", "a() { if (this.x) return; this.next(this.end) }")],
  ["next in a callback", between("this.a", "a() { this.xs.forEach(() => this.next(this.end)) }")],
  [
    "next in an inner function",
    between("this.a", "a() { const self = this; setTimeout(function () { self.next(self.end) }) }"),
  ],
  ["end calls next", "start() { this.next(this.end) } end() { this.next(this.start) }"],
  ["next without arguments", between("", "")],
  ["next with a variable", between("this.a", "a() { const b = this.end; this.next(b) }")],
  ["next with a spread", between("...this.all", "")],
  [
    "foreach with two targets",
    between("this.a, this.b, { foreach: 'xs' }", "a() { this.next(this.end) } b() { this.next(this.end) }"),
  ],
  ["foreach without a target", between("{ foreach: 'xs' }", "")],
  ["foreach over a value", between("this.a, { foreach: this.xs }", "a() { this.next(this.end) }")],
  ["an unknown option", between("this.a, { forEach: 'xs' }", "a() { this.next(this.end) }")],
  ["a label without a foreach", between("this.a, { label: 'code' }", "a() { this.next(this.end) }")],
  ["a label beside another option", between("this.a, { numParallel: 2, label: 'x' }", "a() { this.next(this.end) }")],
  ["two options", between("this.a, { foreach: 'xs', numParallel: 2 }", "a() { this.next(this.end) }")],
  ["an empty switch", between("{}, { condition: 'x' }", "")],
  ["a switch without condition", between(CHOICE, "a() { this.next(this.end) } b() { this.next(this.end) }")],
  [
    "a condition that is no literal",
    between(`${CHOICE}, { condition: this.x }`, "a() { this.next(this.end) } b() { this.next(this.end) }"),
  ],
  ["a case that is no step", between(`{ a: () => this.end }, { condition: 'x' }`, "")],
  ["a condition without cases", between("this.end, { condition: 'x' }", "")],
  ["a gang of none", between("this.a, { numParallel: 0 }", "a() { this.next(this.end) }")],
  ["an unknown step that resembles one", between("this.trian", "train() { this.next(this.end) }")],
  ["an unknown step", between("this.nowhere", "")],
  ["a target without @step", between("this.helper", "helper() {}"), { notSteps: ["helper"] }],
  ["a target that is a parameter", between("this.rate", ""), { parameters: ["rate"] }],
  ["the same step twice", between("this.a, this.a", "a() { this.next(this.j) } j(inputs) { this.next(this.end) }")],
  ["an unreachable step", between("this.end", "a() { this.next(this.end) }")],
  [
    "a loop that cannot be left",
    between("this.a", "a() { this.next({ x: this.a, y: this.b }, { condition: 'x' }) } b() { this.next(this.a) }"),
  ],
  ["a cycle", between("this.a", "a() { this.next(this.b) } b() { this.next(this.a) }")],
  ["a join after nothing", between("this.a", "a(inputs) { this.next(this.end) }")],
  [
    "a branch that meets without inputs",
    between("this.a, this.b", "a() { this.next(this.c) } b() { this.next(this.c) } c() { this.next(this.end) }"),
  ],
  [
    "foreach and branch mixed",
    between(
      "this.a, this.b",
      "a() { this.next(this.c, { foreach: 'xs' }) } b() { this.next(this.j) } c(x) { this.next(this.j) } j(inputs) { this.next(this.end) }",
    ),
  ],
  ["an unjoined branch", between("this.a, this.b", "a() { this.next(this.end) } b() { this.next(this.end) }")],
  ["an unjoined foreach", between("this.a, { foreach: 'xs' }", "a(x) { this.next(this.end) }")],
  [
    "an inner split left open",
    between(
      "this.a, this.b",
      "a() { this.next(this.c, { foreach: 'xs' }) } c() { this.next(this.d) } d() { this.next(this.end) } b() { this.next(this.end) }",
    ),
  ],
  [
    "a doubly joined split",
    between(
      "this.a, this.b",
      "a() { this.next(this.i) } b() { this.next(this.j) } i(inputs) { this.next(this.end) } j(inputs) { this.next(this.end) }",
    ),
  ],
  [
    "a switch into a join",
    between(
      "this.a, this.b",
      "a() { this.next({ x: this.j, y: this.c }, { condition: 'x' }) } b() { this.next(this.j) } c() { this.next(this.j) } j(inputs) { this.next(this.end) }",
    ),
  ],
];

describe("each rule says what is wrong and how to mend it", () => {
  for (const [title, body, options = {}] of CASES) {
    test(title, () => expect(lint(body, options)).toMatchSnapshot());
  }

  test("a step overridden without @step", () => {
    const base = flowFrom(between("this.a", "a() { this.next(this.end) }"));
    expect(lint("a() { this.next(this.end) }", { base, notSteps: ["a"] })).toMatchSnapshot();
  });

  test("@catchError on a step that fans out", () => {
    const body = between("this.a, { foreach: 'xs' }", "a(x) { this.next(this.b) } b(inputs) { this.next(this.end) }");
    const { findings } = readFlow(flowFrom(body), {
      settingsOf: (_, step) => (step === "start" ? { catchAs: "e" } : {}),
    });
    expect(findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
      "catch-on-split: Cannot catch errors of start because after a failure it could not say where a foreach goes",
    ]);
  });

  test("@reuse on the members of a gang", () => {
    const body = between("this.a, { numParallel: 2 }", "a() { this.next(this.b) } b(inputs) { this.next(this.end) }");
    const { findings } = readFlow(flowFrom(body), {
      settingsOf: (_, step) => (step === "a" ? { reuse: { maxTasks: 100, idleMs: 30_000 } } : {}),
    });
    expect(findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
      "reuse-on-gang: Cannot reuse the jobs of a because its tasks are a gang, which start starts with numParallel: they run at the same time",
    ]);
  });

  test("a bound method", () => {
    const Flow = flowFrom(between("this.a", "a() { this.next(this.end) }"), { notSteps: ["a"] });
    const bound = (Flow.prototype as { a: () => void }).a.bind({});
    markStep(bound, { start: false, end: false, file: null });
    Object.defineProperty(Flow.prototype, "a", { value: bound });
    expect(readFlow(Flow).findings).toMatchObject([{ rule: "unreadable-step", step: "a" }]);
  });

  test("decorator options that make no sense", () => {
    const settingsOf = (_uses: unknown, step: string): never | object => {
      if (step !== "start") return {};
      throw new MillraceError({
        code: "MILLRACE_USAGE",
        headline: "Cannot retry -1 times",
        hint: "write @retry({ times: 3 })",
      });
    };
    const { graph, findings } = readFlow(flowFrom(between("this.end", "")), { settingsOf });
    expect(graph).toBeNull();
    expect(findings).toMatchObject([
      { step: "start", message: "Cannot retry -1 times", hint: "write @retry({ times: 3 })" },
    ]);
  });
});

test("all findings are reported at once", () => {
  const findings = lint(
    `start() { this.next(this.a, this.b) } a() { if (this.x) this.next(this.j) } b() { this.next(this.jj) }
     j(inputs, more) { } _c() { this.next() } end() { this.next(this.start) }`,
    { parameters: ["next"] },
  );
  expect(findings).toMatchSnapshot();
});

test("what cannot be read may lead anywhere: no finding follows from another", () => {
  expect(lint(between("this.trian", "train() { this.next(this.end) }"))).toHaveLength(1);
});

describe("names that become folders", () => {
  const flow = (step: string) => between(`this.${step}`, `${step}() { this.next(this.end) }`);

  test.each([
    ["256 letters", "a".repeat(256), 256],
    ["128 letters of two bytes", "ü".repeat(128), 256],
    ["86 letters of three bytes", "語".repeat(86), 258],
    ["64 letters of four bytes", "𝒳".repeat(64), 256],
  ])("have at most 255 bytes: %s are too long", (_, step, bytes) => {
    expect(lint(flow(step))).toEqual([
      `name-length ${step}: Cannot name a step ${step.slice(0, 40)}… because a name has at most 255 bytes in UTF-8: ${bytes} | choose a shorter name`,
    ]);
  });

  test.each(["a".repeat(255), "ü".repeat(127), "語".repeat(85)])("may be as long as that: %s", (step) => {
    expect(lint(flow(step))).toEqual([]);
  });

  test("are those of the flow, too", () => {
    const Flow = flowFrom(between("this.end", ""));
    Object.defineProperty(Flow, "name", { value: "F".repeat(300) });
    expect(readFlow(Flow).findings).toMatchObject([
      { rule: "name-length", step: null, message: expect.stringMatching(/^Cannot name a flow F{40}… .*: 300$/) },
    ]);
  });
});

describe("the last step of a path of a branch", () => {
  const branch = (name: string) =>
    between(
      `this.${name}, this.b`,
      `${name}() { this.next(this.meet) } b() { this.next(this.meet) } meet(inputs) { this.seen = inputs.${name}; this.next(this.end) }`,
    );

  test.each(["filter", "at", "length", "reduce", "toString", "join", "with", "hasOwnProperty"])(
    "may not be called %s: its join could not find it by name",
    (name) => {
      expect(lint(branch(name))).toEqual([
        `reserved-name ${name}: Cannot name the last step before a join ${name} because inputs.${name} is a member of every array | rename it, for example to ${name}Step: the join then finds it as inputs.${name}Step`,
      ]);
    },
  );

  test("is also an inner join", () => {
    const inner = `a() { this.next(this.c, this.d) } c() { this.next(this.join) } d() { this.next(this.join) } join(inputs) { this.next(this.meet) }`;
    const flow = `${inner} b() { this.next(this.meet) } meet(inputs) { this.x = inputs.join.x; this.next(this.end) }`;
    expect(lint(between("this.a, this.b", flow))).toEqual([expect.stringMatching("reserved-name join: ")]);
  });

  test("may have any name where the join does not use it", () => {
    const flow = "sort() { this.next(this.meet) } b() { this.next(this.meet) }";
    const join = "meet(inputs) { this.all = inputs.map((input) => input.x); this.next(this.end) }";
    expect(lint(between("this.sort, this.b", `${flow} ${join}`))).toEqual([]);
  });

  test("is not one in its middle, and a foreach has none that is asked for by name", () => {
    const middle = "filter() { this.next(this.a) } a() { this.next(this.meet) } b() { this.next(this.meet) }";
    expect(lint(between("this.filter, this.b", `${middle} meet(inputs) { this.next(this.end) }`))).toEqual([]);
    const each = "map(item) { this.next(this.reduce) } reduce(inputs) { this.next(this.end) }";
    expect(lint(between("this.map, { foreach: 'items' }", each))).toEqual([]);
  });
});
