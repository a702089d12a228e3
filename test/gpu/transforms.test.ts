import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { buildSync, type BuildOptions } from "esbuild";
import { describe, expect, test } from "vitest";
import { COMMONJS, ESM, makeProject, STANDARD } from "../rigs/project.ts";
import { TSX } from "../rigs/harness.ts";

const SCALE = `export function scale(x: number, by: number): number { return x * by; }\n`;
// Two functions of one name: a bundler has to rename one of them.
const OTHER = `export function scale(x: number): number { return x; }\n`;
const MAIN = `
import { kernel, type Grid } from "millrace/gpu";
import { scale } from "./scale.ts";
import { scale as other } from "./other.ts";

enum Unused { A }
const offset = 3 as const;

const forms = {
  method(v: number[], by: number): number {
    "use strict";
    function inner(x: number, factor: number): number {
      return scale(x, factor) + 1;
    }
    return inner(v[this.thread.x]!, by) as number;
  },
};

async function main(): Promise<void> {
  const inputs = [Float32Array.of(1, 2, 3), 10] as const;
  const results: Grid[] = [
    await kernel(forms.method as never, { output: [3], functions: [scale] } as never)(...(inputs as unknown as [])),
    await kernel(function named(v: number[], by: number) { const x = this.thread.x; return scale(v[x]!, by) + 1; }, { output: [3], functions: [scale] })(...inputs),
    await kernel((v: number[], by: number) => { let sum = 1; for (let i = 0; i < 1; i++) { sum += v[0]! * by; } return sum; }, { output: [1] })(...inputs),
    await kernel(function (this: any, v: number[]) { return v[this.thread.x] + this.constants.offset; }, { output: [3], constants: { offset } })(inputs[0]),
  ];
  console.log(JSON.stringify(results.map(({ data }) => [...data])), other(Unused.A));
}

void main();
`;
const EXPECTED = "[[11,21,31],[11,21,31],[11],[4,5,6]] 0";

const BUNDLES: Readonly<Record<string, BuildOptions>> = {
  "an ES module": { format: "esm" },
  CommonJS: { format: "cjs" },
  "names kept": { format: "esm", keepNames: true },
  minified: { format: "esm", minify: true },
  "minified, names kept": { format: "cjs", minify: true, keepNames: true },
  "an old target": { format: "cjs", target: "es2015", keepNames: true },
};

describe("kernels survive what compilers do to them", () => {
  test.each(Object.keys(BUNDLES))("esbuild: %s", (name) => {
    const options = BUNDLES[name]!;
    const extension = options.format === "cjs" ? "cjs" : "mjs";
    const folder = makeProject({ "main.ts": MAIN, "scale.ts": SCALE, "other.ts": OTHER, "tsconfig.json": STANDARD });
    const outfile = path.join(folder, `out.${extension}`);
    buildSync({
      ...options,
      ...{
        entryPoints: [path.join(folder, "main.ts")],
        outfile,
        bundle: true,
        platform: "node",
        external: ["millrace"],
      },
      logLevel: "silent",
    });
    expect(output([outfile])).toBe(EXPECTED);
  });

  test.each([
    ["ES modules", ESM],
    ["CommonJS", COMMONJS],
  ])("tsx with %s", (_, manifest) => {
    const files = { "main.ts": MAIN, "scale.ts": SCALE, "other.ts": OTHER, "tsconfig.json": STANDARD };
    const folder = makeProject({ ...files, "package.json": manifest });
    expect(output([TSX, path.join(folder, "main.ts")])).toBe(EXPECTED);
  });

  test("an error under tsx points at the line in the TypeScript file", () => {
    const text = `import { kernel } from "millrace/gpu";\n\nkernel(\n  function (v: number[]): number {\n    let sum: number = 0;\n    for (const x of v) sum += x;\n    return sum;\n  },\n  { output: [1] },\n)([1]).catch((error: Error) => console.log(error.message));\n`;
    const folder = makeProject({ "main.ts": text, "package.json": ESM, "tsconfig.json": STANDARD });
    expect(output([TSX, path.join(folder, "main.ts")])).toContain(`at ${path.join(folder, "main.ts")}:6:5`);
  });

  test("importing millrace alone does not load gpu.js", () => {
    const text = readFileSync(new URL("../../dist/index.js", import.meta.url), "utf8");
    expect(text).not.toMatch(/WebAssemblyKernel|gpu\.js/);
  });
});

function output(argv: readonly string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, argv, {
    encoding: "utf8",
    env: { ...process.env, MILLRACE_GPU_BACKEND: "webasm" },
  });
  return stdout.trim() === "" ? stderr : stdout.trim();
}
