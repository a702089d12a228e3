import { transformSync, type TransformOptions } from "esbuild";
import { runInThisContext } from "node:vm";
import { expect, test } from "vitest";
import { markStep, type AnyClass } from "../../sdk/base/metadata.ts";
import { FlowSpec, step, type Inputs } from "../../sdk/index.ts";
import { readFlow } from "../../runtime/graph/read-flow.ts";

const SOURCE = `class Hello extends FlowSpec {
  #secret = 1;
  factor = 3;
  @step async start() {
    const inner = () => { function deep() {} return deep; };
    this.items = await Promise.resolve([this.#secret, inner]);
    this.next(this.each, { foreach: "items" });
  }
  @step async each(item: number) {
    try { this.result = item ** 2; } finally { await null; }
    this.next(this.join);
  }
  @step join(inputs: any = []) {
    this.max = Math.max(...inputs.map((input: any) => input?.result ?? 0));
    return this.next({ big: this.large, small: this.end } as const, { condition: \`size\` });
  }
  @step async ["large"]() { await 0, this.next(this.end!); }
  @step "end"() { this.#secret ||= 1; }
}
give(Hello);`;

const DIALECTS: readonly (readonly [string, TransformOptions])[] = [
  ["standard decorators", {}],
  ["legacy decorators", { tsconfigRaw: { compilerOptions: { experimentalDecorators: true } } }],
  ["standard decorators for an old target, names kept", { target: "es2016", keepNames: true }],
  [
    "legacy decorators for an old target",
    { target: "es2016", tsconfigRaw: { compilerOptions: { experimentalDecorators: true } } },
  ],
  ["minified syntax", { minifySyntax: true, minifyWhitespace: true, keepNames: true }],
];

function compile(options: TransformOptions): AnyClass {
  const { code } = transformSync(SOURCE, { loader: "ts", target: "node20", ...options });
  // A function that annotates serves both dialects here: what they pass first or find under the name is the method.
  const annotate = (first: object, second: unknown): void =>
    markStep(typeof second === "string" ? (first as Record<string, object>)[second]! : first, {
      start: false,
      end: false,
      file: null,
    });
  const run = runInThisContext(`(step, FlowSpec, give) => { ${code} }`) as (...given: readonly unknown[]) => void;
  const given: AnyClass[] = [];
  run(annotate, class {}, (Flow: AnyClass) => given.push(Flow));
  return given[0]!;
}

test.each(DIALECTS)("%s give the same graph", (_title, options) => {
  const { graph, findings } = readFlow(compile(options));
  expect(findings).toEqual([]);
  expect(graph!.steps.map(({ name, transition, isJoin }) => ({ name, transition, isJoin }))).toEqual([
    { name: "start", transition: { kind: "foreach", target: "each", artifact: "items" }, isJoin: false },
    { name: "each", transition: { kind: "linear", target: "join" }, isJoin: false },
    {
      name: "join",
      transition: { kind: "switch", artifact: "size", cases: { big: "large", small: "end" } },
      isJoin: true,
    },
    { name: "large", transition: { kind: "linear", target: "end" }, isJoin: false },
    { name: "end", transition: { kind: "end" }, isJoin: false },
  ]);
});

test.each([
  [
    "TypeScript",
    "start() { return __awaiter(this, arguments, void 0, function* (inputs = []) { yield 0; this.next(this.end); }); } end() {}",
  ],
  [
    "Oxc",
    "start() { var _this = this; return (0, helpers.asyncToGenerator)(function* () { yield 0; _this.next(_this.end); })(); } end() {}",
  ],
])("async methods downlevelled by %s are read", async (_title, body) => {
  const { flowFrom } = await import("./flow-from.ts");
  const { findings } = readFlow(flowFrom(body));
  expect(findings.map(({ rule }) => rule)).toEqual(body.includes("inputs") ? ["join-after-nothing"] : []);
});

/** Two ways to say hello. */
class CompiledHere extends FlowSpec {
  words: string[] = [];

  /** Splits. */
  @step async start() {
    this.words = await Promise.resolve(["a", "b"]);
    this.next(this.left, this.right);
  }
  // Not a doc comment.
  @step left() {
    this.next(this.join);
  }
  @step right() {
    this.next(this.join);
  }
  /**
   * Joins,
   * at last.
   * @param inputs - both
   */
  @step() join(inputs: Inputs<CompiledHere>) {
    this.words = inputs.map((input) => input.words.join());
    this.next(this.end);
  }
  @step end() {}
}

test("a flow compiled by Vitest is read, doc comments included", () => {
  const { graph, findings } = readFlow(CompiledHere as unknown as AnyClass);
  expect(findings).toEqual([]);
  expect(graph).toMatchObject({ flow: "CompiledHere", doc: "Two ways to say hello." });
  expect(graph!.steps.map(({ name, doc, join }) => [name, doc, join])).toEqual([
    ["start", "Splits.", "join"],
    ["left", null, null],
    ["right", null, null],
    ["join", "Joins,\nat last.", null],
    ["end", null, null],
  ]);
});
