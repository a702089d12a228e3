import path from "node:path";
import { describe, expect, test } from "vitest";
import { millrace, tsx } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";

const HEAD = `import { FlowSpec, config, main, step } from "millrace";`;
function flow(name: string, base = "FlowSpec"): string {
  const text = base === "FlowSpec" ? name : "derived";
  return `
export class ${name} extends ${base} {
  @step({ start: true, end: true }) only() { console.log("this is ${text}"); }
}
main(${name});
`;
}

function project(files: Readonly<Record<string, string>>): string {
  return makeProject({ "package.json": ESM, "tsconfig.json": STANDARD, ...files });
}

describe("which flow a file runs", () => {
  test("its own, though a file that it imports calls main(), too", async () => {
    const cwd = project({
      "other.ts": HEAD + flow("Other"),
      "flow.ts": `import "./other.ts"; ${HEAD}${flow("Own")}`,
    });
    const file = path.join(cwd, "flow.ts");
    expect((await tsx(file, ["run"], { cwd })).stderr).toContain("this is Own");
    expect((await millrace(["run", "flow.ts"], { cwd })).stderr).toContain("this is Own");
  });

  test("the derived class, though its base has the same name", async () => {
    const cwd = project({
      "base.ts": HEAD + flow("TrainFlow"),
      "flow.ts": `import * as base from "./base.ts"; ${HEAD}${flow("TrainFlow", "base.TrainFlow")}`,
    });
    expect((await millrace(["run", "flow.ts"], { cwd })).stderr).toContain("this is derived");
  });

  test("none, if it calls main() twice under tsx: the error names both", async () => {
    const cwd = project({ "flow.ts": HEAD + flow("One") + flow("Two") });
    const { code, stderr } = await tsx(path.join(cwd, "flow.ts"), ["run"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("main() is called more than once in flow.ts: One, Two");
  });
});

test("a resume keeps the configuration of the run that it resumes", async () => {
  const cwd = project({
    "flow.ts": `${HEAD}
      class ConfiguredFlow extends FlowSpec {
        @config() machine = { gpus: 1 };
        @step start() { this.next(this.end); }
        @step end() { if (process.env.FAILS) throw new Error("asked to"); console.log("gpus", this.machine.gpus); }
      }
      main(ConfiguredFlow);`,
  });
  const datastore = path.join(cwd, "store");
  const given = ["run", "flow.ts", "--config-value", "machine", '{"gpus":5}'];
  expect((await millrace(given, { cwd, datastore, env: { FAILS: "1" } })).code).toBe(1);
  expect((await millrace(["resume", "flow.ts"], { cwd, datastore })).stderr).toContain("gpus 5");
});
