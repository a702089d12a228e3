import fs from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { FlowGraph } from "../../../runtime/graph/flow-graph.ts";
import { bundleFlow } from "../../../runtime/package/bundle.ts";
import { ContentCache } from "../../../runtime/package/reach/content-cache.ts";
import { packageRecord } from "../../../runtime/package/reach/package-record.ts";
import { hashOfReach, stepReach } from "../../../runtime/package/reach/step-reach.ts";
import { readManifest } from "../../../runtime/package/ship/manifest.ts";
import { link, makeProject, LEGACY, STANDARD } from "../../rigs/project.ts";

const FLOW = `import { FlowSpec, cache, parameter, retry, step } from "millrace";
import * as fs from "node:fs";
import "starts-alone";
import price, { rate } from "price-feed";
import { slope } from "./maths.ts";
import { look, publish } from "./board.ts";
import { shared } from "shared-tools";
import legacy from "./legacy.cjs";

const isPassing = () => true;
const SCALE = 3;
const settings = { depth: 2 };
settings.depth = 4;
publish("b", slope(SCALE));

abstract class Base extends FlowSpec {
  common = [1, 2];
  #hidden = 5;
  rounded(x: number) { return Math.round(x) + this.#hidden; }
  @step start() { this.next(this.a, this.b); }
}

export class ReachFlow extends Base {
  @parameter() n = 2;
  left = 0;
  right: unknown = 0;
  get twice() { return this.left * 2; }
  @cache() @retry({ on: isPassing })
  @step a() { this.left = this.rounded(price * this.n * SCALE); this.next(this.c); }
  @step async b() {
    const { late } = await import("./late.ts");
    this.right = [late(slope(rate)), look("b"), settings.depth];
    this.next(this.c);
  }
  @step c(inputs: unknown[]) { this.right = inputs.length; this.next(this.d); }
  @step async d() {
    const loaded = (await import("loaded-late")) as unknown;
    this.right = [loaded, shared(legacy.half(this.twice)), fs.existsSync(".")];
    this.next(this.end);
  }
  @step end() {}
}
`;

const FILES = {
  "package.json": JSON.stringify({ name: "project", type: "module", dependencies: { "plug-in": "1" } }),
  "flow.ts": FLOW,
  "maths.ts": 'import { offset } from "./offset.ts";\nexport const slope = (x: number) => x * 2 + offset;\n',
  "offset.ts": "export const offset = 7;\n",
  "board.ts":
    "const board = new Map<string, number>();\nexport const publish = (k: string, v: number) => board.set(k, v);\nexport const look = (k: string) => board.get(k);\n",
  "late.ts": "export const late = (x: number) => x - 1;\n",
  "legacy.cjs":
    'const by = require("./by.json"); const least = require("./least.cjs"); module.exports = { half: (x) => x / 2 + by.much + least };\n',
  "least.cjs": "module.exports = 5;\n",
  "by.json": '{ "much": 3 }',
  "workspace/package.json": '{ "name": "shared-tools", "version": "1.0.0", "type": "module", "main": "index.ts" }',
  "workspace/index.ts": 'import deep from "deep-down";\nexport const shared = (x: number) => [x, deep];\n',
  ...installed("price-feed", { "index.js": 'module.exports = 10; module.exports.rate = require("rate-table").rate;' }),
  ...installed("rate-table", {
    "index.js": 'exports.rate = require("./rates.json").rate;',
    "rates.json": '{ "rate": 4 }',
  }),
  ...installed("loaded-late", { "index.js": "module.exports = 1;", "fast.wasm": "wasm", "addon.node": "native" }),
  ...installed("starts-alone", { "index.js": "globalThis.started = 1;" }),
  ...installed("deep-down", { "index.js": "module.exports = 1;" }),
  ...installed("plug-in", { "index.js": "module.exports = 1;" }),
};

function installed(name: string, files: Readonly<Record<string, string>>): Record<string, string> {
  const manifest = { name, version: "1.0.0", main: "index.js" };
  const all = { "package.json": JSON.stringify(manifest), ...files };
  return Object.fromEntries(Object.entries(all).map(([file, text]) => [`node_modules/${name}/${file}`, text]));
}

const STEPS = ["start", "a", "b", "c", "d", "end"];

let folder: string;
beforeEach(() => {
  folder = project(STANDARD);
});

function project(tsconfig: string): string {
  const made = makeProject({ ...FILES, "tsconfig.json": tsconfig });
  link(path.join(made, "workspace"), path.join(made, "node_modules/shared-tools"));
  return made;
}

async function hashes(): Promise<Record<string, string>> {
  const bundle = await bundleFlow(path.join(folder, "flow.ts"));
  const contents = new ContentCache(path.join(folder, "cache"), folder);
  const packages = packageRecord(bundle, { contents, environments: new Map() });
  contents.save();
  const steps = STEPS.map((name) => ({ name, settings: {} }));
  const graph = { flow: "ReachFlow", steps, parameters: ["n"] } as unknown as FlowGraph;
  const reachOf = stepReach({ code: bundle.code, graph, packages });
  return Object.fromEntries(STEPS.map((step) => [step, hashOfReach(reachOf(step))]));
}

/** The steps that a change concerns. */
async function concerned(file: string, from: string, to: string): Promise<string> {
  const before = await hashes();
  const place = path.join(folder, file);
  const text = fs.readFileSync(place, "utf8");
  expect(text).toContain(from);
  fs.writeFileSync(place, text.replace(from, to));
  const after = await hashes();
  return STEPS.filter((step) => before[step] !== after[step]).join(" ");
}

describe.each([
  ["standard", STANDARD],
  ["legacy", LEGACY],
])("with %s decorators a step reaches", (dialect, tsconfig) => {
  beforeEach(() => {
    // A private field is lowered otherwise, and is no matter of decorators.
    if (dialect === "legacy") folder = project(tsconfig);
  });

  test.each([
    ["its own method", "flow.ts", "inputs.length", "inputs.length + 1", "c"],
    ["a method of a base class that it calls", "flow.ts", "Math.round", "Math.floor", "a"],
    ["an accessor that it reads", "flow.ts", "this.left * 2", "this.left * 4", "d"],
    ["a constant that it mentions", "flow.ts", "SCALE = 3", "SCALE = 4", "a b"],
    ["what is assigned to an object that it reads", "flow.ts", "settings.depth = 4", "settings.depth = 5", "b"],
    ["what fills a table that it looks into", "flow.ts", 'publish("b"', 'publish("bb"', "b"],
    [
      "the fields' initial values, as every step does",
      "flow.ts",
      "common = [1, 2]",
      "common = [1, 3]",
      "start a b c d end",
    ],
    ["a module", "maths.ts", "x * 2", "x * 3", "b"],
    ["a module of a module", "offset.ts", "7", "8", "b"],
    ["a module that it imports when it runs", "late.ts", "x - 1", "x - 2", "b"],
    ["a CommonJS module", "legacy.cjs", "x / 2", "x / 3", "d"],
    ["a CommonJS module of a CommonJS module", "least.cjs", "= 5", "= 6", "d"],
    ["a JSON file that a module loads", "by.json", "3", "4", "d"],
    ["a package of the workspace", "workspace/index.ts", "[x, deep]", "[deep, x]", "d"],
    ["a package that one of the workspace uses", "node_modules/deep-down/index.js", "1", "2", "d"],
    ["another version of a package", "node_modules/price-feed/package.json", "1.0.0", "1.0.1", "a b"],
    ["a patched file of the same version", "node_modules/price-feed/index.js", "10", "11", "a b"],
    [
      "a package of a package, declared or not",
      "node_modules/rate-table/index.js",
      "exports.rate",
      "exports.rate = exports.old",
      "a b",
    ],
    ["its JSON", "node_modules/rate-table/rates.json", "4", "5", "a b"],
    ["its WebAssembly", "node_modules/loaded-late/fast.wasm", "wasm", "wasn", "d"],
    ["its native code", "node_modules/loaded-late/addon.node", "native", "natiwe", "d"],
    [
      "a package that is imported for what it does",
      "node_modules/starts-alone/index.js",
      "= 1",
      "= 2",
      "start a b c d end",
    ],
  ])("%s", async (_, file, from, to, steps) => {
    expect(await concerned(file, from, to)).toBe(steps);
  });

  test.each([
    ["a decorator's options", "flow.ts", "isPassing = () => true", "isPassing = () => false"],
    ["a parameter's default, as its value counts by itself", "flow.ts", "n = 2", "n = 3"],
    ["a comment", "maths.ts", "export", "// the slope\nexport"],
    ["a package that nothing names", "node_modules/plug-in/index.js", "1", "2"],
  ])("not %s", async (_, file, from, to) => {
    expect(await concerned(file, from, to)).toBe("");
  });
});

/** Writes the flow anew, its step `a` as given, with statements before it. */
function write(statements: string, a: string): void {
  const steps = STEPS.map((name) => (name === "a" ? `@step a() { ${a} }` : `@step ${name}() {}`)).join(" ");
  fs.writeFileSync(
    path.join(folder, "flow.ts"),
    `import { FlowSpec, step } from "millrace";\nimport price from "price-feed";\n${statements}\nexport class ReachFlow extends FlowSpec { n = 0; ${steps} many() { return 5; } work() {} }\n`,
  );
}

const REGISTRY =
  "const registry = new Map<string, unknown>(); const other: Record<string, any> = {}; let token: unknown;";
const MODEL = "class Model { declare value: () => number; }";
const LOOK = 'console.log(registry.get("a"));';

describe.each([
  ["standard", STANDARD],
  ["legacy", LEGACY],
])("with %s decorators it counts, while a module is evaluated,", (dialect, tsconfig) => {
  beforeEach(() => {
    if (dialect === "legacy") folder = project(tsconfig);
  });

  test.each([
    [
      "what an alias of a prototype gets",
      `${MODEL} const proto = Model.prototype; proto.value = () => 5;`,
      "new Model();",
    ],
    [
      "what an alias that is assigned gets",
      `${MODEL} let proto; proto = Model.prototype; proto.value = () => 5;`,
      "new Model();",
    ],
    [
      "what an object gets that another holds",
      `${REGISTRY} const held: any = {}; other.held = held; other.held.k = 5;`,
      "console.log(held);",
    ],
    [
      "what an object gets that another keeps by a call",
      `${REGISTRY} const held: any = {}; registry.set("h", held); (registry.get("h") as any).k = 5;`,
      "console.log(held);",
    ],
    ["a variable that an object pattern assigns", "let limit = 1; ({ limit } = { limit: 5 });", "console.log(limit);"],
    [
      "a variable that a renaming pattern assigns",
      "let limit = 1; ({ x: { limit = 5 } } = { x: {} as any });",
      "console.log(limit);",
    ],
    ["a variable that an array pattern assigns", "let limit = 1; [limit] = [5];", "console.log(limit);"],
    ["a variable that a rest element assigns", "let all: any = 1; [...all] = [5];", "console.log(all);"],
    ["a variable that a loop assigns", "let limit = 1; for (limit of [5]) {}", "console.log(limit);"],
    ["a variable that a block declares", "if (Date.now() > 0) { var limit = 5; }", "console.log(limit);"],
    [
      "a variable that is declared again",
      "var limit = 5; if (Date.now() < 0) { var limit = 1; }",
      "console.log(limit);",
    ],
    ["a variable that a loop over keys assigns", "let key = ''; for (key in { k5: 1 }) {}", "console.log(key);"],
    ["a call whose result is kept in a variable", `${REGISTRY} token = registry.set("a", () => 5);`, LOOK],
    ["a call whose result is kept in an object", `${REGISTRY} other.x = registry.set("a", () => 5);`, LOOK],
    ["an assignment within another", `${REGISTRY} const held: any = {}; other.x = held.y = 5;`, "console.log(held);"],
    ["what a function is given as properties", "function f() {} Object.assign(f, { k: 5 });", "f();"],
    ["what a function gets under another name", "const f: any = () => 0; const g = f; g.k = 5;", "f();"],
    ["what a function gets within another", "function f() {} function set() { (f as any).k = 5; } set();", "f();"],
    ["what a static block does", `${REGISTRY} class P { static { registry.set("a", () => 5); } }`, LOOK],
    ["what a static field does", `${REGISTRY} class P { static p = registry.set("a", () => 5); }`, LOOK],
    [
      "what a class does to compute its base",
      `${REGISTRY} const mix = (k: unknown) => (registry.set("a", k), Object); class P extends mix(5) {}`,
      LOOK,
    ],
    [
      "what a decorator of another class does",
      `${REGISTRY} const keep = (k: number): any => () => void registry.set("a", k); @keep(5) class P {}`,
      LOOK,
    ],
    ["what the default of a pattern does", `${REGISTRY} const { x = registry.set("a", 5) } = {} as any;`, LOOK],
    [
      "what an alias of what all code shares gets",
      "const all = globalThis as any; all.limit = 5;",
      "console.log((globalThis as any).limit);",
    ],
    [
      "what an alias of a package's object gets",
      "const all = (price as any).rate; all.limit = 5;",
      "console.log(price);",
    ],
  ])("%s", async (_, statements, a) => {
    write(statements, a);
    expect((await concerned("flow.ts", "5", "6")).split(" ")).toContain("a");
  });

  test.each([
    [
      "an assignment to what it does not reach",
      "const far: any = {}; far.k = 5; const near: any = {};",
      "console.log(near);",
    ],
    [
      "a call into what it does not reach",
      `${REGISTRY} const near = new Map(); token = registry.set("a", 5);`,
      "console.log(near);",
    ],
    [
      "a method of a class that it does not reach",
      `${REGISTRY} class P { p = registry.set("a", 5); q() { return registry; } }`,
      LOOK,
    ],
  ])("not %s", async (_, statements, a) => {
    write(statements, a);
    expect(await concerned("flow.ts", "5", "6")).toBe("");
  });
});

test.each([
  ["the options", "this.next(this.work, { numParallel: this.many() });"],
  ["the options by an accessor's name in brackets", 'this.next(this.work, { numParallel: this["many"]() });'],
  ["the options, spread", "this.next(this.work, { ...(this.many() as any) });"],
  ["the key of a case", "this.next({ [this.many()]: this.b }, { condition: 'n' });"],
  ["cases that are spread", "this.next({ ...(this.many() as any), b: this.b });"],
  ["a target that is computed", "this.next(this.many() ? this.b : this.c);"],
])("a step reaches a method that it calls within this.next, in %s", async (_, a) => {
  write("", a);
  expect(await concerned("flow.ts", "return 5", "return 6")).toBe("a");
});

test.each([
  ["linear", "this.next(this.b);"],
  ["a branch", "this.next(this.b, this.c);"],
  ["a switch", "this.next({ 1: this.b, two: this.c }, { condition: 'n' });"],
  ["a foreach", "this.next(this.b, { foreach: 'n' });"],
])("a step does not reach the targets of this.next: %s", async (_, a) => {
  write("", a);
  expect(await concerned("flow.ts", "@step b() {}", "@step b() { console.log(1); }")).toBe("b");
});

test("a step that computes what it loads reaches all code and all that the project declares", async () => {
  const file = path.join(folder, "flow.ts");
  fs.writeFileSync(
    file,
    fs
      .readFileSync(file, "utf8")
      .replace("this.right = inputs.length;", "this.right = await import(String(this.n));")
      .replace("@step c(", "@step async c("),
  );
  expect(await concerned("node_modules/plug-in/index.js", "1", "2")).toBe("c");
  expect(await concerned("late.ts", "x - 1", "x - 2")).toBe("b c");
});

test("a step that hands itself on reaches every method that is no step", async () => {
  const file = path.join(folder, "flow.ts");
  fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace("this.right = inputs.length;", "console.log(this);"));
  expect(await concerned("flow.ts", "Math.round", "Math.ceil")).toBe("a c");
});

test("a flow in a CommonJS file reaches all of it", async () => {
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name: "project" }));
  fs.writeFileSync(
    path.join(folder, "flow.ts"),
    `const { FlowSpec } = require("millrace");\nconst one = 1;\nclass ReachFlow extends FlowSpec { a() { return one; } b() {} }\nmodule.exports = { ReachFlow };\n`,
  );
  expect(await concerned("flow.ts", "one = 1", "one = 2")).toBe(STEPS.join(" "));
});

test("what is installed is read once, and again when it changes with size and name kept", async () => {
  const file = path.join(folder, "node_modules/price-feed/index.js");
  const old = new Date(Date.now() - 60_000);
  const first = await hashes();
  fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace("10", "12"));
  fs.utimesSync(file, old, old);
  expect((await hashes())["a"]).not.toBe(first["a"]);
});

test("who is given up while packages are read leaves what was read until then to the next launch", () => {
  const cache = path.join(folder, "given-up");
  const place = path.join(folder, "node_modules/price-feed");
  const found = { folder: place, name: "price-feed", version: "1.0.0", manifest: readManifest(place) };
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const contents = new ContentCache(cache, folder);
  vi.setSystemTime(Date.now() + 10_000);
  const { hash } = contents.of(found);
  const [name = ""] = fs.readdirSync(path.join(cache, "contents"));
  expect(JSON.parse(fs.readFileSync(path.join(cache, "contents", name), "utf8"))).toMatchObject({ [place]: { hash } });
});
