import path from "node:path";
import { expect, test } from "vitest";
import { Runner } from "../../../sdk/testing/runner.ts";
import { millrace } from "../../rigs/harness.ts";
import { ESM, LEGACY, makeProject } from "../../rigs/project.ts";

function flow(decorator: string): string {
  return `import { concurrency, FlowSpec, main, resources, step } from "millrace";
class NeedyFlow extends FlowSpec {
  ${decorator} @step start() { console.log("it ran"); this.next(this.end); }
  @step end() {}
}
main(NeedyFlow);
`;
}

const WRONG = [
  ...["-1", "0", "NaN"].map((amount) => `@resources({ cpu: ${amount} })`),
  ...["-1", "0.5", "Infinity"].map((amount) => `@resources({ memory: ${amount} })`),
  ...["-1", "0.5"].map((amount) => `@resources({ gpu: ${amount} })`),
  ...["0", "1.5"].map((amount) => `@concurrency({ limit: ${amount} })`),
];
const WRONG_OPTIONS = [
  ["--with", "resources:cpu=-1"],
  ["--with", "resources:memory=0"],
  ["--with", "resources:gpu=0.5"],
  ["--max-cpu", "Infinity"],
  ["--max-memory", "NaN"],
  ["--max-workers", "0"],
];

test("needs that make no sense are refused before anything runs: in the code", { timeout: 120_000 }, async () => {
  const files = Object.fromEntries(WRONG.map((decorator, at) => [`flow${at}.ts`, flow(decorator)]));
  const cwd = makeProject({ ...files, "package.json": ESM, "tsconfig.json": LEGACY });
  for (const [at, decorator] of WRONG.entries()) {
    const ended = await millrace(["run", `flow${at}.ts`], { cwd });
    expect(ended.code, `${decorator}\n${ended.stderr}`).toBe(2);
    expect(ended.stderr + ended.stdout).not.toContain("it ran");
    expect(ended.stderr.match(/^error:/gm), ended.stderr).toHaveLength(1);
  }
});

test("and with the options of run and Runner", { timeout: 120_000 }, async () => {
  const cwd = makeProject({ "flow.ts": flow(""), "package.json": ESM, "tsconfig.json": LEGACY });
  for (const args of WRONG_OPTIONS) {
    const ended = await millrace(["run", "flow.ts", ...args], { cwd });
    expect(ended.code, `${args.join(" ")}\n${ended.stderr}`).toBe(2);
    expect(ended.stderr + ended.stdout).not.toContain("it ran");
  }
  const file = path.join(cwd, "flow.ts");
  for (const amount of [-1, 0, NaN, Infinity]) {
    expect(() => new Runner(file, { maxCpu: amount })).toThrow("it must be a number, 0.01 or more");
    expect(() => new Runner(file, { maxMemory: amount })).toThrow("it must be a whole number, 1 or more");
  }
  expect(() => new Runner(file, { admit: "used" as "usage" })).toThrow('it must be "asked" or "usage"');
  expect(() => new Runner(file, { maxMemory: 1.5 })).toThrow("it must be a whole number");
  await expect(new Runner(file, { with: ["resources:cpu=-1"] }).run()).rejects.toThrow("cpu must be");
});
