import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { type CommandOptions, type Finished, millrace } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";

const FLOW = `import { FlowSpec, main, step, type Inputs } from "millrace";
import { clean } from "./clean.ts";
import tariff from "tariff";

class LoadFlow extends FlowSpec {
  files = ["a", "b"];
  rows: unknown = 0;
  @step start() { this.next(this.load, { foreach: "files" }); }
  @step load(file: string) { this.rows = clean(file); this.next(this.bill); }
  @step bill() { this.rows = [this.rows, tariff]; this.next(this.collect); }
  @step collect(inputs: Inputs<LoadFlow>) { this.rows = inputs.length; this.next(this.end); }
  @step end() { throw new Error("not yet"); }
}
main(LoadFlow);
`;

function tariff(version: string, text: string): Record<string, string> {
  return {
    "node_modules/tariff/package.json": JSON.stringify({ name: "tariff", version, main: "index.js" }),
    "node_modules/tariff/index.js": text,
  };
}

function project(): { at: CommandOptions; change(file: string, from: string | RegExp, to: string): void } {
  const cwd = makeProject({
    ...{ "flow.ts": FLOW, "tsconfig.json": STANDARD, "package.json": ESM },
    "clean.ts": "export const clean = (text: string) => text.trim();\n",
    ...tariff("1.0.0", "module.exports = 5;"),
  });
  return {
    at: { cwd, datastore: path.join(cwd, "store") },
    change(file, from, to) {
      const place = path.join(cwd, file);
      const text = fs.readFileSync(place, "utf8");
      fs.writeFileSync(place, text.replace(from, to));
    },
  };
}

interface Plan {
  readonly type?: string;
  readonly reusedTasks: number;
  readonly again: readonly { step: string; tasks: number; reason: { kind: string }; text: string }[];
  readonly gone: readonly string[];
  readonly changed: readonly string[];
  readonly changes: readonly { step: string; code: string[]; packages: { name: string }[] }[];
}

function planOf({ stdout }: Finished): Plan {
  return JSON.parse(stdout.split("\n")[0] ?? "") as Plan;
}

test("a finished step that runs again says why: its transition, what comes before it, a name on the command line", async () => {
  const { at, change } = project();
  expect((await millrace(["run", "flow.ts"], at)).code).toBe(1);

  const named = await millrace(["resume", "flow.ts", "bill", "--dry-run"], at);
  expect(named.stderr).toContain("2 finished tasks of bill run again because you named it");
  expect(named.stderr).toContain("collect runs again because it follows bill, which has to run");

  change("flow.ts", "this.next(this.bill); }", "this.next(this.check); }");
  change("flow.ts", "  @step bill() {", "  @step check() { this.next(this.bill); }\n  @step bill() {");
  const added = await millrace(["resume", "flow.ts", "--dry-run", "--json"], at);
  expect(added.code, added.stderr).toBe(0);
  expect(planOf(added)).toMatchObject({
    reusedTasks: 1,
    again: [
      { step: "load", tasks: 2, reason: { kind: "transition" } },
      { step: "bill", tasks: 2, reason: { kind: "follows", steps: ["check"] } },
      { step: "collect", tasks: 1, reason: { kind: "follows", steps: ["bill"] } },
    ],
    gone: [],
  });

  change("flow.ts", /check/g, "verify");
  change("flow.ts", 'throw new Error("not yet");', "");
  const resumed = await millrace(["resume", "flow.ts", "--json"], at);
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(planOf(resumed)).toMatchObject({ type: "resume-planned", reusedTasks: 1 });
  expect(planOf(resumed).again[0]?.text).toBe(
    "2 finished tasks of load run again because the step now goes on to verify, no longer to bill",
  );
});

test("a renamed step is named as gone, and the step before it runs again", async () => {
  const { at, change } = project();
  expect((await millrace(["run", "flow.ts"], at)).code).toBe(1);
  change("flow.ts", /collect/g, "gather");
  const { stderr } = await millrace(["resume", "flow.ts", "--dry-run"], at);
  expect(stderr).toContain("2 finished tasks of bill run again because the step now goes on to gather");
  expect(stderr).toContain("no longer in the flow: collect");
});

test("what changed is named: a module's function, a package by its versions, a patched file; also after a resume of a resume", async () => {
  const { at, change } = project();
  expect((await millrace(["run", "flow.ts"], at)).code).toBe(1);
  const same = await millrace(["resume", "flow.ts", "--dry-run"], at);
  expect(same.stderr).not.toContain("warning");

  change("clean.ts", "text.trim()", "text.trimEnd()");
  expect((await millrace(["resume", "flow.ts"], at)).stderr).toContain("  load: clean in clean.ts\n");
  // The second resume reuses what the first run made: it is that run's code that counts.
  const second = await millrace(["resume", "flow.ts", "--dry-run"], at);
  expect(second.stderr).toContain("warning: the code of load has changed since; its finished tasks are reused");

  change("node_modules/tariff/index.js", "5", "6");
  const patched = await millrace(["resume", "flow.ts", "--dry-run"], at);
  expect(patched.stderr).toContain("  bill: tariff 1.0.0 (other files)\n");

  change("node_modules/tariff/package.json", "1.0.0", "1.1.0");
  const upgraded = await millrace(["resume", "flow.ts", "--dry-run", "--json"], at);
  expect(planOf(upgraded).changed).toEqual(["load", "bill"]);
  expect(planOf(upgraded).changes[1]).toEqual({
    step: "bill",
    code: [],
    packages: [{ name: "tariff", before: ["1.0.0"], after: ["1.1.0"] }],
  });
  // The step that runs again whatever changed needs no warning.
  const named = await millrace(["resume", "flow.ts", "load", "--dry-run"], at);
  expect(named.stderr).not.toContain("warning");
});

const BRANCHING = `import { FlowSpec, catchError, main, step, type Inputs } from "millrace";

class PickFlow extends FlowSpec {
  files = ["a", "b", "c"];
  size: "small" | "large" = "small";
  error?: Error;
  @step start() { this.next(this.read, { foreach: "files" }); }
  @catchError({ as: "error" })
  @step read(file: string) {
    if (file === "b") throw new RangeError("no rows in b");
    this.next(this.check);
  }
  @step async check() {
    if (this.index === 2) throw new TypeError("no model for " + this.input);
    if (this.index === 0) await new Promise((resolve) => setTimeout(resolve, 60_000));
    this.next(this.collect);
  }
  @step collect(inputs: Inputs<PickFlow>) { this.next({ small: this.quick, large: this.deep }, { condition: "size" }); }
  @step quick() { this.next(this.end); }
  @step deep() { this.next(this.end); }
  @step end() {}
}
main(PickFlow);
`;

test("each step has its reason: caught and reused, failed, stopped, not started, new, not taken", async () => {
  const cwd = makeProject({ "flow.ts": BRANCHING, "tsconfig.json": STANDARD, "package.json": ESM });
  const at = { cwd, datastore: path.join(cwd, "store") };
  expect((await millrace(["run", "flow.ts", "--max-workers", "3"], at)).code).toBe(1);
  const { stderr } = await millrace(["resume", "flow.ts", "--dry-run"], at);
  expect(stderr).toMatch(/\n {2}reused, finished by the same code: start \(1 task\), read \(3 tasks\)/);
  expect(stderr).toMatch(
    /\n {2}read\/3 was caught \(RangeError: no rows in b\) and is reused as it is: resume read runs the step again\n/,
  );
  expect(stderr).toMatch(
    /\n {2}check runs because 1 of its tasks failed: TypeError: no model for c; [12] of its tasks (was|were) stopped(; 1 of 3 tasks was finished)?\n/,
  );
  expect(stderr).toMatch(/\n {2}runs, as nothing of it had started: collect, quick, deep, end\n/);

  const file = path.join(cwd, "flow.ts");
  const fixed = fs
    .readFileSync(file, "utf8")
    .replace(/ {4}if \(this.index.*\n/g, "")
    .replace(
      "@step quick() { this.next(this.end); }",
      "@step quick() { throw new Error('slow'); this.next(this.end); }",
    );
  fs.writeFileSync(file, fixed);
  expect((await millrace(["resume", "flow.ts"], at)).code).toBe(1);
  fs.writeFileSync(
    file,
    fixed.replace(
      "deep() { this.next(this.end); }",
      "deep() { this.next(this.more); }\n  @step more() { this.next(this.end); }",
    ),
  );
  const second = await millrace(["resume", "flow.ts", "--dry-run", "--json"], at);
  const [first = ""] = fs.readdirSync(path.join(at.datastore, "flows/PickFlow")).sort();
  expect(JSON.parse(second.stdout)).toMatchObject({
    otherSteps: ["quick", "end"],
    reused: expect.arrayContaining([{ step: "read", tasks: 3, madeBy: [first], code: "unchanged" }]) as unknown,
    caught: [{ pathspec: `${first}/read/3`, step: "read", error: { name: "RangeError" } }],
    others: [
      {
        step: "quick",
        reason: { kind: "unfinished", failed: 1, stopped: 0 },
        text: "quick runs because its task failed: Error: slow",
      },
      { step: "deep", reason: { kind: "not-taken" } },
      { step: "more", reason: { kind: "not-taken" } },
      { step: "end", reason: { kind: "not-started" } },
    ],
  });
  expect(JSON.parse(second.stdout)).not.toHaveProperty("type");
});

test("diff names packages that changed, with the steps that use them, and steps that reach changed modules", async () => {
  const { at, change } = project();
  expect((await millrace(["run", "flow.ts"], at)).code).toBe(1);
  change("clean.ts", "text.trim()", "text.trimStart()");
  change("node_modules/tariff/package.json", "1.0.0", "2.0.0");
  expect((await millrace(["run", "flow.ts"], at)).code).toBe(1);
  const ids = fs.readdirSync(path.join(at.datastore ?? "", "flows/LoadFlow")).sort();
  const text = await millrace(["diff", "flow.ts", ...ids], at);
  expect(text.stdout, text.stderr).toMatch(/packages\n.*\n {2}tariff +bill +1\.0\.0 +2\.0\.0\n/);
  expect(text.stdout).toMatch(/code by step\n {2}load: clean in clean\.ts\n {2}bill: tariff 1\.0\.0 → 2\.0\.0\n/);
  const json = await millrace(["diff", "flow.ts", ...ids, "--json"], at);
  expect(JSON.parse(json.stdout)).toMatchObject({
    code: {
      reusedThoughChanged: ["load", "bill"],
      byStep: [
        { step: "load", code: ["clean in clean.ts"], packages: [] },
        { step: "bill", code: [], packages: [{ name: "tariff", before: ["1.0.0"], after: ["2.0.0"] }] },
      ],
    },
    packages: [{ name: "tariff", before: ["1.0.0"], after: ["2.0.0"], steps: ["bill"] }],
  });
});

test("without the note of its packages a run is taken as one of an older Millrace: no word about packages", async () => {
  const { at, change } = project();
  expect((await millrace(["run", "flow.ts"], at)).code).toBe(1);
  const runs = path.join(at.datastore ?? "", "flows/LoadFlow");
  const [first = ""] = fs.readdirSync(runs);
  const note = path.join(runs, first, "packages.json");
  expect(JSON.parse(fs.readFileSync(note, "utf8"))).toMatchObject({ format: 1, packages: [{ name: "tariff" }] });
  expect(fs.readFileSync(path.join(runs, first, "run.json"), "utf8")).not.toContain("tariff");
  fs.rmSync(note);

  change("node_modules/tariff/package.json", "1.0.0", "2.0.0");
  change("clean.ts", "text.trim()", "text.trimStart()");
  const plan = planOf(await millrace(["resume", "flow.ts", "--dry-run", "--json"], at));
  expect(plan.changes).toEqual([{ step: "load", code: ["clean in clean.ts"], packages: [] }]);
  expect((await millrace(["run", "flow.ts"], at)).code).toBe(1);
  const diff = await millrace(["diff", "flow.ts", ...fs.readdirSync(runs).sort(), "--json"], at);
  expect(JSON.parse(diff.stdout)).toMatchObject({ code: { reusedThoughChanged: ["load"] }, packages: [] });
});

test("a flow that uses no package has no note, and diff tells the package that it then uses", async () => {
  const { at, change } = project();
  change("flow.ts", 'import tariff from "tariff";', "const tariff = 5;");
  expect((await millrace(["run", "flow.ts"], at)).code).toBe(1);
  const runs = path.join(at.datastore ?? "", "flows/LoadFlow");
  const [first = ""] = fs.readdirSync(runs);
  expect(fs.existsSync(path.join(runs, first, "packages.json"))).toBe(false);
  change("flow.ts", "const tariff = 5;", 'import tariff from "tariff";');
  expect((await millrace(["run", "flow.ts"], at)).code).toBe(1);
  const diff = await millrace(["diff", "flow.ts", ...fs.readdirSync(runs).sort(), "--json"], at);
  expect(JSON.parse(diff.stdout)).toMatchObject({
    packages: [{ name: "tariff", before: [], after: ["1.0.0"], steps: ["bill"] }],
  });
});
