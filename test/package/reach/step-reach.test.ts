import fs from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { FlowGraph } from "../../../runtime/graph/graph.ts";
import { bundleFlow } from "../../../runtime/package/bundle.ts";
import { ContentCache } from "../../../runtime/package/reach/content-cache.ts";
import { packageRecord } from "../../../runtime/package/reach/package-record.ts";
import { hashOfReach, stepReach } from "../../../runtime/package/reach/step-reach.ts";
import { readManifest } from "../../../runtime/package/ship/manifest.ts";
import { link, makeProject, LEGACY, STANDARD } from "../../e2e/project.ts";

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
  "legacy.cjs": "module.exports = { half: (x) => x / 2 };\n",
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
