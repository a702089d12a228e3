import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { type Finished, node, ROOT } from "../rigs/harness.ts";
import { COMMONJS, installedProject, LEGACY, STANDARD } from "../rigs/project.ts";

const FLOW = `
  import { FlowSpec, main, parameter, retry, step } from "millrace";

  interface Fit { slope: number }
  export let dialect = "none";
  function seen(...args: unknown[]): void {
    dialect = typeof args[1] === "string" ? "legacy" : "standard";
  }

  export class FitFlow extends FlowSpec {
    @parameter({ help: "passes" }) passes = 2;
    fit!: Fit;
    @retry({ times: 0 })
    @step
    start() {
      if (this.passes > 5) throw new RangeError("too many passes");
      this.fit = { slope: this.passes * 2 };
      this.next(this.end);
    }
    @seen @step end() {}
  }
  main(FitFlow);
`;
const LINE = FLOW.split("\n").findIndex((line) => line.includes("RangeError")) + 1;

const TEST = `
  import { expect, test } from "vitest";
  import { Runner, testStep } from "millrace/testing";
  import { dialect, FitFlow } from "./flow.ts";

  test("the dialect is that of the tsconfig", () => expect(dialect).toBe(process.env.DIALECT));
  test("the flow runs", async () => {
    const { run, status } = await new Runner(FitFlow).run({ passes: 3 });
    expect([status, await run.data.fit]).toEqual(["succeeded", { slope: 6 }]);
  });
  test("an error is where it is in the source", async () => {
    const error = await testStep(FitFlow, "start", { parameters: { passes: 9 } }).catch((thrown) => thrown);
    expect(error.stack).toMatch(/flow\\.ts:${LINE}:/);
  });
`;

const CONFIG = `
  import millrace from "millrace/vitest";
  import { defineConfig } from "vitest/config";
  export default defineConfig({ plugins: [millrace()], test: { testTimeout: 100_000 } });
`;

test.for([
  ["standard", STANDARD],
  ["legacy", LEGACY],
] as const)("millrace/vitest compiles %s decorators, with lines as in the source", async ([dialect, tsconfig]) => {
  const cwd = project({ "tsconfig.json": tsconfig, "vitest.config.ts": CONFIG });
  const { code, stdout, stderr } = await vitest(cwd, dialect);
  expect(code, stdout + stderr).toBe(0);
  expect(stdout).toContain("3 passed");
});

test("without the plugin, Vitest does not compile standard decorators", async () => {
  const { code, stdout, stderr } = await vitest(project({ "tsconfig.json": STANDARD }), "standard");
  expect([code, stdout + stderr]).toEqual([1, expect.stringContaining("SyntaxError")]);
});

test.for([
  ["CommonJS", "typescript"],
  ["CommonJS", "typescript-5.9"],
  ["Node16", "typescript"],
] as const)("a CommonJS project with module %s compiles with %s, and its tests run", async ([module, compiler]) => {
  const options = { target: "ES2022", module, strict: true, skipLibCheck: true, types: ["node"], noEmit: true };
  const cwd = project({
    "package.json": COMMONJS,
    "tsconfig.json": JSON.stringify({ compilerOptions: options, include: ["*.ts", "*.mts"] }),
    "vitest.config.mts": CONFIG,
    "flow.test.ts": TEST.replace("./flow.ts", "./flow"),
  });
  fs.cpSync(path.join(ROOT, "dist/types"), path.join(cwd, "node_modules/millrace/dist/types"), { recursive: true });
  for (const name of ["@types/node", "undici-types", "@standard-schema/spec"]) {
    fs.mkdirSync(path.dirname(path.join(cwd, "node_modules", name)), { recursive: true });
    fs.symlinkSync(path.join(ROOT, "node_modules", name), path.join(cwd, "node_modules", name), "junction");
  }
  const tsc = path.join(ROOT, "node_modules", compiler, "bin/tsc");
  expect((await node([tsc, "--pretty", "false", "-p", "."], { cwd })).stdout).toBe("");
  const { code, stdout, stderr } = await vitest(cwd, "standard");
  expect(code, stdout + stderr).toBe(0);
  expect(stdout).toContain("3 passed");
});

function project(files: Readonly<Record<string, string>>): string {
  const cwd = installedProject({ "flow.ts": FLOW, "flow.test.ts": TEST, ...files });
  fs.symlinkSync(path.join(ROOT, "node_modules/vitest"), path.join(cwd, "node_modules/vitest"), "junction");
  return cwd;
}

function vitest(cwd: string, dialect: string): Promise<Finished> {
  const program = path.join(ROOT, "node_modules/vitest/vitest.mjs");
  return node([program, "run"], { cwd, env: { DIALECT: dialect, NO_COLOR: "1" } });
}
