import { describe, expect, test } from "vitest";
import { logText } from "../../../runtime/datastore/stored-log-line.ts";
import { type CommandOptions, logOf, millrace, readArtifacts, runFlow, tasksOf, tsx } from "../../rigs/harness.ts";
import { ESM, LEGACY, makeProject, STANDARD } from "../../rigs/project.ts";

const DIALECTS = [
  ["standard decorators", STANDARD],
  ["experimentalDecorators", LEGACY],
] as const;

const TIMED = `import { decorator } from "millrace";
export const timed = decorator({
  name: "timed",
  options: { label: "plain", unit: 1, tags: [] as string[] },
  settings: (options) => ({ env: { vars: { LABEL: options.label } } }),
  before({ stepName, attempt, options }) {
    console.log(\`before \${stepName} \${attempt} \${options.label} \${options.unit} \${process.env.LABEL}\`);
  },
  after({ stepName, attempt, options }, { status, error, durationMs }) {
    const took = durationMs >= 0 ? "took" : "never";
    console.log(\`after \${stepName} \${attempt} \${options.label} \${status} \${(error as Error | null)?.message ?? "-"} \${took}\`);
  },
});
`;

const FLOW = `import { catchError, current, decorator, FlowSpec, main, retry, step, timeout } from "millrace";
import { timed } from "./timed.ts";

const log = decorator({
  name: "log",
  async around(next, task) {
    console.log("in", task.stepName);
    await next();
    (task.flow as OwnFlow).seen.push("log");
    console.log("out", task.stepName);
  },
});
const stubbed = decorator({ name: "stubbed", around: (_, { flow }) => void ((flow as OwnFlow).value = 42) });
const sturdy = decorator({ name: "sturdy", settings: { retry: { times: 1 }, resources: { memory: 900 } } });

@timed({ label: "class" })
class OwnFlow extends FlowSpec {
  seen: string[] = [];
  value = 0;
  problem: unknown;

  @timed @log() @step async start() {
    await Promise.resolve();
    console.log("body");
    this.next(this.replaced);
  }
  @stubbed @step replaced() {
    this.value = 1;
    this.next(this.flaky);
  }
  @sturdy() @step flaky() {
    if (current.attempt === 0) throw new Error("flaky");
    this.next(this.hopeless);
  }
  @catchError({ as: "problem" }) @retry({ times: 1 }) @step hopeless() {
    if (this.value > 0) throw new Error("hopeless");
    this.next(this.slow);
  }
  @catchError() @timeout({ seconds: 0.3 }) @step async slow() {
    await new Promise((_, reject) => current.signal.addEventListener("abort", () => reject(new Error("woken"))));
    this.next(this.end);
  }
  @step end() {}
}
main(OwnFlow);
`;

function inProject(files: Readonly<Record<string, string>>, tsconfig: string = STANDARD): CommandOptions {
  return { cwd: makeProject({ ...files, "tsconfig.json": tsconfig, "package.json": ESM }) };
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

describe.each(DIALECTS)("decorators of a flow's own, under %s", (_, tsconfig) => {
  test("surround each attempt: before, around and after once, however it ended", async () => {
    const run = await runFlow("./flow.ts", ["run"], inProject({ "flow.ts": FLOW, "timed.ts": TIMED }, tsconfig));
    expect(run.code, run.stderr).toBe(0);
    expect(linesOf(logOf(run, "start", { stream: "stdout" }))).toEqual([
      "before start 0 plain 1 plain",
      "in start",
      "body",
      "out start",
      "after start 0 plain succeeded - took",
    ]);
    expect(readArtifacts(run, "end")).toMatchObject({ value: 42, seen: ["log"], problem: { message: "hopeless" } });
    const attempts = (step: string) => {
      const { task } = tasksOf(run, step)[0]!;
      return logText(run.store.record(run.flow, run.run).log({ step, task, attempt: 0 }), "both");
    };
    expect(attempts("flaky")).toContain("after flaky 0 class failed flaky took");
    expect(logOf(run, "flaky")).toContain("after flaky 1 class succeeded - took");
    expect(attempts("hopeless")).toContain("after hopeless 0 class failed hopeless took");
    expect(logOf(run, "hopeless")).toContain("after hopeless 1 class caught hopeless took");
    expect(logOf(run, "slow")).toMatch(/after slow 0 class caught .*0\.3.* took/);
    const flaky = run.summary.document.graph.steps.find(({ name }) => name === "flaky");
    expect(flaky?.settings).toMatchObject({
      own: [{ name: "timed" }, { name: "sturdy" }],
      retry: { times: 1 },
      resources: { memoryMb: 900 },
      env: { vars: { LABEL: "class" } },
    });
  });

  test("are known to --with once the file is loaded, with options of their own", async () => {
    const source = `import { FlowSpec, main, step } from "millrace";
      import "./timed.ts";
      class PlainFlow extends FlowSpec { @step({ start: true, end: true }) only() {} }
      main(PlainFlow);`;
    const options = inProject({ "flow.ts": source, "timed.ts": TIMED }, tsconfig);
    const added = ["run", "--with", 'timed:label=12,unit=60,tags=["a","b"]'];
    for (const run of [
      await runFlow("./flow.ts", added, options),
      await runFlow("./flow.ts", ["run", "--with", "@timed:label=12,unit=60", "--isolation", "process"], options),
    ]) {
      expect(run.code, run.stderr).toBe(0);
      expect(linesOf(logOf(run, "only", { stream: "stdout" }))).toEqual([
        "before only 0 12 60 12",
        "after only 0 12 succeeded - took",
      ]);
    }
    const own = await millrace(["run", "flow.ts", "--with", "timed:label=x"], options);
    expect(own.code, own.stderr).toBe(0);
    expect(own.stderr + own.stdout).toContain("after only 0 x succeeded - took");
  });
});

test("a step's own use goes before the one that --with adds", async () => {
  const options = inProject({ "flow.ts": FLOW, "timed.ts": TIMED });
  const run = await runFlow("./flow.ts", ["run", "--with", "timed:label=added"], options);
  expect(logOf(run, "end")).toContain("after end 0 class succeeded");
  expect(run.stdout).not.toContain("added");
});

function flowOf({ before, use, body = "" }: { before: string; use: string; body?: string }): string {
  return `import { decorator, FlowSpec, main, retry, step } from "millrace";
  ${before}
  class OnlyFlow extends FlowSpec { items = [1]; ${use} @step start() { ${body} this.next(this.end); } @step end() {} }
  main(OnlyFlow);`;
}

test.each([
  ["before", "before() { throw new TypeError('no disk'); }", "before of @bad failed: no disk"],
  ["around", "async around(next) { await next(); throw new Error('too late'); }", "around of @bad failed: too late"],
  ["after", "after() { throw new Error('no report'); }", "after of @bad failed: no report"],
])("what %s throws fails the attempt, and is tried again", async (_, hook, message) => {
  const source = flowOf({
    before: `const bad = decorator({ name: "bad", ${hook} });`,
    use: "@bad @retry({ times: 1 })",
  });
  const run = await runFlow("./flow.ts", ["run"], inProject({ "flow.ts": source }));
  expect(run.code).toBe(1);
  expect(run.stderr).toContain(`Cannot run step start because ${message}`);
  expect(tasksOf(run, "start")[0]?.attempt).toBe(1);
});

test("what after throws when the step failed is told, and the step's own error stays", async () => {
  const bad = `const bad = decorator({ name: "bad", after() { throw new Error("no report"); } });`;
  const source = flowOf({
    before: bad,
    use: "@bad",
    body: 'if (this.items.length === 1) throw new RangeError("out of it");',
  });
  const run = await runFlow("./flow.ts", ["run"], inProject({ "flow.ts": source }));
  expect(run.code).toBe(1);
  expect(run.stderr).toContain("RangeError: out of it");
  expect(logOf(run, "start")).toContain("warning: Cannot run step start because after of @bad failed: no report");
});

test("a step fails though around does not wait for next, and waits for something else", async () => {
  const source = flowOf({
    before: `const hasty = decorator({
      name: "hasty",
      around(next) { void next(); return new Promise((resolve) => setTimeout(resolve, 300)); },
    });`,
    use: "@hasty",
    body: 'if (this.items.length === 1) throw new RangeError("out of it");',
  });
  const run = await runFlow("./flow.ts", ["run"], inProject({ "flow.ts": source }));
  expect(run.code).toBe(1);
  expect(run.stderr).toContain("RangeError: out of it");
});

test("check says nothing of a field that a hook may set", async () => {
  const source = `import { decorator, FlowSpec, main, step } from "millrace";
    const scored = decorator({ name: "scored", after({ flow }) { (flow as OnlyFlow).score = 7; } });
    class OnlyFlow extends FlowSpec {
      score!: number;
      @scored @step start() { this.next(this.end); }
      @step end() { console.log("score", this.score); }
    }
    main(OnlyFlow);`;
  const options = inProject({ "flow.ts": source });
  const { stdout } = await millrace(["check", "flow.ts", "--json"], options);
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, findings: [] });
  expect(logOf(await runFlow("./flow.ts", ["run"], options), "end")).toContain("score 7");
});

test.each([
  [`const x = decorator({ name: "retry" });`, "", "Millrace itself has a decorator of that name: retry"],
  [`const x = decorator({ name: "my timer" });`, "", "its name must be a name that code can have: 'my timer'"],
  [`const x = decorator({ name: "x", before: 3 as never });`, "", "before of x must be a function: 3"],
  [`const x = decorator({ name: "x", befor() {} } as never);`, "", "x has a part that is not one of"],
  [`const x = decorator({ name: "x", options: { unit: "s" } });`, "@x({ units: 1 } as never)", "did you mean unit?"],
  [
    `const x = decorator({ name: "x", options: { unit: "s" } });`,
    "@x({ unit: 1 as never })",
    "unit must be a string: 1",
  ],
  [`const x = decorator({ name: "x", settings: { retri: {} } as never });`, "@x()", "there is no such decorator"],
  [`const x = decorator({ name: "x" });`, "@x @x()", "Cannot use @x twice on step start"],
])("%s %s is a mistake: exit 2", async (before, use, message) => {
  const { code, stderr } = await tsx("./flow.ts", ["run"], inProject({ "flow.ts": flowOf({ before, use }) }));
  expect(code, stderr).toBe(2);
  expect(stderr).toContain(message);
});

test.each([
  ["timd", "did you mean timed?"],
  ["timed:labels=a", "did you mean label?"],
  ["timed:unit=ten", "unit must be a number: 'ten'"],
])("--with %s is wrong usage: exit 2", async (added, hint) => {
  const files = {
    "flow.ts": flowOf({ before: 'import { timed } from "./timed.ts";', use: "@timed()" }),
    "timed.ts": TIMED,
  };
  const { code, stderr } = await tsx("./flow.ts", ["run", "--with", added], inProject(files));
  expect(code, stderr).toBe(2);
  expect(stderr).toContain(hint);
});
