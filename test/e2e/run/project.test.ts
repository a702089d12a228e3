import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type CommandOptions, millrace, readArtifacts, runFlow, tsx } from "../../rigs/harness.ts";
import { ESM, LEGACY, makeProject, STANDARD } from "../../rigs/project.ts";
import { scene } from "../resume/trace.ts";

const DIALECTS = [
  ["standard", STANDARD],
  ["experimentalDecorators", LEGACY],
] as const;

const PROJECT = `import { current, FlowSpec, main, project, step } from "millrace";
@project({ name: "fraud" })
class BaseFlow extends FlowSpec {
  place!: unknown[];
  @step({ start: true, end: true }) only() {
    this.place = [current.projectName, current.branchName, current.isProduction, [...current.tags]];
  }
}
class ProjectFlow extends BaseFlow {}
main(ProjectFlow);
`;

const PLAIN = PROJECT.replace('@project({ name: "fraud" })', "");

function inProject(source: string, tsconfig: string = STANDARD): CommandOptions & { cwd: string } {
  return { cwd: makeProject({ "flow.ts": source, "tsconfig.json": tsconfig, "package.json": ESM }) };
}

describe("@project", () => {
  describe.each(DIALECTS)("under %s", (_, tsconfig) => {
    test.each([
      ["one's own branch", [], "user.ada", false],
      ["a named branch", ["--branch", "new-model"], "test.new-model", false],
      ["production", ["--production"], "prod", true],
      ["a branch of production", ["--production", "--branch", "v2"], "prod.v2", true],
    ] as const)("puts a run on %s", async (...row) => {
      const [, flags, branch, isProduction] = row;
      const options = { ...inProject(PROJECT, tsconfig), env: { MILLRACE_USER: "ada" } };
      const run = await runFlow("./flow.ts", ["run", "--tag", "mine", ...flags], options);
      expect(run.code, run.stderr).toBe(0);
      expect(run.summary.document.project).toEqual({ name: "fraud", branch, isProduction });
      const tags = ["mine", "project:fraud", `project_branch:${branch}`];
      expect(run.summary.document.tags).toEqual(tags);
      expect(readArtifacts(run, "only")["place"]).toEqual(["fraud", branch, isProduction, tags]);
    });
  });

  test("lets the runs of one branch be listed", async () => {
    const options = inProject(PROJECT);
    const datastore = path.join(options.cwd, "store");
    const branch = await runFlow("./flow.ts", ["run", "--branch", "b1"], { ...options, datastore });
    await runFlow("./flow.ts", ["run", "--branch", "b2"], { ...options, datastore });
    const listed = await millrace(["runs", "flow.ts", "--tag", "project_branch:test.b1", "--json"], {
      ...options,
      datastore,
    });
    expect(listed.stdout).toContain(branch.run);
    expect(listed.stdout).not.toContain("test.b2");
  });

  test.each([
    ["--branch", ["--branch", "b1"], "Cannot choose branch b1 because ProjectFlow does not belong to a project"],
    ["--production", ["--production"], "Cannot choose production because ProjectFlow does not belong to a project"],
  ])("%s is refused for a flow outside a project", async (_, flags, headline) => {
    const { code, stderr, datastore } = await tsx("./flow.ts", ["run", ...flags], inProject(PLAIN));
    expect(code).toBe(2);
    expect(stderr).toContain(headline);
    expect(stderr).toContain("@project({ name:");
    expect(fs.existsSync(path.join(datastore, "flows"))).toBe(false);
  });

  test("a flow outside a project has no place, and says so without failing", async () => {
    const run = await runFlow("./flow.ts", ["run", "--tag", "mine"], inProject(PLAIN));
    expect(run.summary.document.project).toBeNull();
    expect(readArtifacts(run, "only")["place"]).toEqual([null, null, false, ["mine"]]);
  });

  test("a branch with odd characters is refused", async () => {
    const { code, stderr } = await tsx("./flow.ts", ["run", "--branch", "a/b"], inProject(PROJECT));
    expect(code).toBe(2);
    expect(stderr).toContain("Cannot use the branch");
  });

  test.each([
    ["Fraud!", '"Fraud!"'],
    ["", '""'],
  ])("a project named %j is refused", async (name, seen) => {
    const source = PROJECT.replace('"fraud"', JSON.stringify(name));
    const { code, stderr } = await millrace(["run", "flow.ts"], inProject(source));
    expect(code).toBe(2);
    expect(stderr).toContain(`its name must be of at most 200 lower-case letters, digits, _ and -: ${seen}`);
  });
});

const HOOKED = `import { appendFileSync } from "node:fs";
import { FlowSpec, main, onExit, step } from "millrace";
const write = (kind: string) => async (run: object) => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  if (process.env.HOOK_FAILS) throw new Error("the mail server is down");
  console.log("the hook was here");
  appendFileSync(process.env.TRACE!, JSON.stringify({ kind, ...run }) + "\\n");
};
@onExit({ success: write("success"), error: write("error") })
class HookedFlow extends FlowSpec {
  @step start() {
    this.next(this.end);
  }
  @step end() {
    if (process.env.STEP_FAILS) throw new Error("the step was told to fail");
  }
}
main(HookedFlow);
`;

describe("@onExit", () => {
  describe.each(DIALECTS)("under %s", (_, tsconfig) => {
    test("calls the hook for success once, with the run", async () => {
      const at = scene();
      const run = await runFlow("./flow.ts", ["run"], { ...inProject(HOOKED, tsconfig), ...at });
      expect(run.code, run.stderr).toBe(0);
      expect(at.ran().map((line) => JSON.parse(line) as unknown)).toEqual([
        { kind: "success", flow: "HookedFlow", run: run.run, status: "succeeded", error: null, reason: null },
      ]);
    });

    test("calls the hook for errors once, with the first failure; and after a resume the other one", async () => {
      const at = scene();
      const options = inProject(HOOKED, tsconfig);
      const failed = await runFlow("./flow.ts", ["run"], { ...options, ...at, env: { ...at.env, STEP_FAILS: "yes" } });
      expect(failed.code).toBe(1);
      const error = { step: "end", message: "the step was told to fail" };
      const first = { kind: "error", flow: "HookedFlow", run: failed.run, status: "failed", error, reason: null };
      expect(at.ran().map((line) => JSON.parse(line) as unknown)).toEqual([first]);
      const resumed = await runFlow("./flow.ts", ["resume"], { ...options, ...at });
      expect(resumed.code, resumed.stderr).toBe(0);
      const second = {
        ...{ kind: "success", flow: "HookedFlow", run: resumed.run, status: "succeeded", error: null },
        reason: null,
      };
      expect(at.ran().map((line) => JSON.parse(line) as unknown)).toEqual([first, second]);
    });
  });

  test.each([
    ["success", {}, 0],
    ["error", { STEP_FAILS: "yes" }, 1],
  ])("a hook for %s that fails is a warning and changes nothing about the run", async (_, env, code) => {
    const at = scene();
    const options = { ...inProject(HOOKED), ...at, env: { ...at.env, ...env, HOOK_FAILS: "yes" } };
    const run = await runFlow("./flow.ts", ["run"], options);
    expect(run.code).toBe(code);
    expect(run.stderr).toContain("warning: the @onExit hook of HookedFlow failed: Error: the mail server is down");
    expect(run.summary.status).toBe(code === 0 ? "succeeded" : "failed");
  });

  test("what a hook prints does not mix with JSON", async () => {
    const at = scene();
    const run = await runFlow("./flow.ts", ["run", "--json"], { ...inProject(HOOKED), ...at });
    expect(run.stderr).toContain("the hook was here");
    for (const line of run.stdout.trim().split("\n")) expect(() => JSON.parse(line) as unknown, line).not.toThrow();
  });

  test("is not called in the processes of the tasks nor by commands that run nothing", async () => {
    const at = scene();
    const options = { ...inProject(HOOKED), ...at };
    await tsx("./flow.ts", ["show"], options);
    await tsx("./flow.ts", ["check"], options);
    expect(at.ran()).toEqual([]);
  });

  test("takes functions only", async () => {
    const source = HOOKED.replace('error: write("error")', 'failure: write("error")');
    const { code, stderr } = await millrace(["run", "flow.ts"], inProject(source));
    expect(code).toBe(2);
    expect(stderr).toContain("it takes functions as success and error: failure");
  });
});
