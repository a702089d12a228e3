import fs from "node:fs";
import path from "node:path";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { blobKey } from "../../../runtime/datastore/blob-key.ts";
import { Step, Task } from "../../../sdk/client/index.ts";
import { DISPLAY } from "../../../sdk/client/mime-bundle.ts";
import { type CommandOptions, logOf, millrace, tsx, withRun } from "../../rigs/harness.ts";
import { ESM, LEGACY, makeProject, STANDARD } from "../../rigs/project.ts";

const FLOW = `import { FlowSpec, main, step, type Inputs } from "millrace";

interface Airport { readonly code: string; readonly points: readonly number[] }

class ForecastFlow extends FlowSpec {
  airports: Airport[] = [{ code: "VIE", points: [1, 2] }, { code: "GRZ", points: [3] }];
  points: readonly number[] = [];
  seen: readonly string[] = [];

  @step start() { this.next(this.fit, { foreach: "airports", label: "code" }); }
  @step fit(airport: Airport) {
    this.points = airport.points;
    console.log("fits", airport.code);
    this.next(this.predict, { foreach: "points" });
  }
  @step predict(point: number) {
    this.seen = this.foreachStack().map(({ label }) => label);
    if (process.env.FAIL === this.seen.join()) throw new Error("no such point");
    this.next(this.smooth);
  }
  @step smooth() { this.next(this.gather); }
  @step gather(inputs: Inputs<ForecastFlow>) { this.next(this.collect); }
  @step collect(inputs: Inputs<ForecastFlow>) { this.next(this.end); }
  @step end() {}
}
main(ForecastFlow);
`;

function project(files: Readonly<Record<string, string>> = {}): CommandOptions & { cwd: string; datastore: string } {
  const cwd = makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": LEGACY, ...files });
  return { cwd, datastore: path.join(cwd, "store") };
}

describe.each([
  ["legacy", LEGACY],
  ["standard", STANDARD],
])("under %s decorators", (_, tsconfig) => {
  test("labels stand beside tasks in the lines of a run, in its failures, and in every command that shows tasks", async () => {
    const at = project({ "tsconfig.json": tsconfig });
    const run = await tsx("./flow.ts", ["run", "--on-failure", "finish"], { ...at, env: { FAIL: "VIE,2" } });
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/^\[fit\/2 VIE\] fits VIE$/m);
    expect(run.stderr).toMatch(/^failed predict\/\d+ VIE › 2 attempt 0$/m);
    expect(run.stderr).toMatch(/^failed ForecastFlow .*: predict\/\d+ VIE › 2: no such point$/m);

    const status = await millrace(["status", "flow.ts"], at);
    expect(status.stdout).toMatch(/^✗ predict\/\d+ VIE › 2 \(index 1\)$/m);
    const json = JSON.parse((await millrace(["status", "flow.ts", "--json"], at)).stdout) as {
      tasks: { step: string; label: string }[];
    };
    const labels = (name: string) => json.tasks.filter(({ step }) => step === name).map(({ label }) => label);
    expect(labels("start")).toEqual([""]);
    expect(labels("fit").sort()).toEqual(["GRZ", "VIE"]);
    expect(labels("predict").sort()).toEqual(["GRZ › 3", "VIE › 1", "VIE › 2"]);
    expect(labels("smooth").sort()).toEqual(["GRZ › 3", "VIE › 1"]);
    expect(labels("gather")).toEqual(["GRZ"]);

    const dump = await millrace(["dump", "flow.ts", "latest/predict"], at);
    expect(dump.stdout).toMatch(/\/predict\/\d+ GRZ › 3 {2}succeeded/);
    expect(dump.stdout).toContain('[ "GRZ", "3" ]'.replaceAll('"', "'"));
    expect((await millrace(["logs", "flow.ts"], at)).stdout).toMatch(/^\[fit\/3 GRZ\] fits GRZ$/m);
    const logs = (await millrace(["logs", "flow.ts", "latest/fit", "--json"], at)).stdout.trim().split("\n");
    expect(logs.map((line) => (JSON.parse(line) as { label: string }).label).sort()).toEqual(["GRZ", "VIE"]);
    const spin = await millrace(["spin", "flow.ts", "fit", "--pathspec", "latest/fit/3"], at);
    expect(spin.stderr).toMatch(/^fit on the inputs of ForecastFlow\/[\w-]+\/fit\/3 GRZ$/m);
  });
});

test("a label stays with its task through retries, until its error is caught", async () => {
  const flow = `import { FlowSpec, catchError, main, retry, step, type Inputs } from "millrace";

class CarefulFlow extends FlowSpec {
  airports = ["VIE", "GRZ"];
  failure?: Error;

  @step start() { this.next(this.fit, { foreach: "airports" }); }
  @retry({ times: 2, delay: 0 }) @catchError({ as: "failure" }) @step fit(airport: string) {
    console.log("from hour 3");
    if (airport === "VIE") throw new Error("no such wind");
    this.next(this.join);
  }
  @step join(inputs: Inputs<CarefulFlow>) { this.next(this.end); }
  @step end() {}
}
main(CarefulFlow);
`;
  const run = await tsx("./flow.ts", ["run"], project({ "flow.ts": flow }));
  expect(run.code, run.stderr).toBe(0);
  expect(run.stderr.match(/^\[fit\/2 VIE\] from hour 3$/gm)).toHaveLength(3);
  for (const attempt of [0, 1]) expect(run.stderr).toMatch(new RegExp(`^failed fit/2 VIE attempt ${attempt}`, "m"));
  expect(run.stderr).toMatch(/^fit\/2 VIE failed for good and was caught: no such wind$/m);
  expect(run.stderr).not.toMatch(/fit\/2(?! VIE)/);
});

test("a resume shows the labels of reused tasks, and of those that run again", async () => {
  const at = project();
  await tsx("./flow.ts", ["run", "--on-failure", "finish"], { ...at, env: { FAIL: "VIE,2" } });
  const resumed = await tsx("./flow.ts", ["resume", "--json"], at);
  expect(resumed.stderr).not.toMatch(/^failed /m);
  expect(resumed.code, resumed.stderr).toBe(0);
  const { summary, datastore, run } = withRun(resumed);
  const reused = summary.tasks.filter(({ isReused }) => isReused).map(({ step }) => step);
  expect(reused).toContain("fit");
  const step = await Step.get<{ seen: readonly string[] }>(`ForecastFlow/${run}/predict`, { datastore });
  const tasks = await step.tasks().toArray();
  expect(tasks.map(({ label }) => label)).toEqual(["VIE › 1", "VIE › 2", "GRZ › 3"]);
  expect(await Promise.all(tasks.map((task) => task.data.seen))).toEqual([
    ["VIE", "1"],
    ["VIE", "2"],
    ["GRZ", "3"],
  ]);
});

test("the events of run --json name the tasks that start", async () => {
  const { events } = await tsx("./flow.ts", ["run", "--json"], project());
  const started = events.filter(({ type }) => type === "task-started") as unknown as { step: string; label?: string }[];
  expect(started.filter(({ step }) => step === "fit").map(({ label }) => label)).toEqual(["VIE", "GRZ"]);
  expect(started.find(({ step }) => step === "start")).not.toHaveProperty("label");
});

test("the client has label, input and the stack of a task; a task outside of foreaches has none", async () => {
  const at = project();
  const { datastore } = at;
  await tsx("./flow.ts", ["run"], at);
  const [task] = await (await Step.get("ForecastFlow/latest/predict", { datastore })).tasks().toArray();
  expect([task!.label, await task!.input]).toEqual(["VIE › 1", 1]);
  expect(await task!.foreachStack).toEqual([
    { step: "start", index: 0, size: 2, input: { code: "VIE", points: [1, 2] }, label: "VIE" },
    { step: "fit", index: 0, size: 2, input: 1, label: "1" },
  ]);
  expect(inspect(task)).toMatch(/^Task ForecastFlow\/.*\/predict\/\d+ {2}VIE › 1 {2}succeeded {2}index 0$/);
  const start = await Task.get("ForecastFlow/latest/start/1", { datastore });
  expect([start.label, await start.input, await start.foreachStack]).toEqual(["", undefined, []]);

  const step = await Step.get("ForecastFlow/latest/fit", { datastore });
  const html = JSON.stringify(await step[DISPLAY]());
  expect(html).toContain("label");
  expect(html).toContain("GRZ");
  expect(JSON.stringify(await task![DISPLAY]())).toContain("VIE › 1");
});

test("an item without the property is told once, and shown by a preview", async () => {
  const at = project({
    "flow.ts": FLOW.replace('{ code: "GRZ", points: [3] }', "{ points: [3] } as never, { points: [4] } as never"),
  });
  const run = withRun(await tsx("./flow.ts", ["run"], at));
  expect(run.code, run.stderr).toBe(0);
  expect(logOf(run, "start")).toBe(
    "warning: airports[1] has no property code to be labelled by, nor have 1 more of its 3 items: a preview of the item is shown\n",
  );
  const status = await millrace(["status", "flow.ts", "--json"], at);
  expect(status.stdout).toContain('"label":"{ points: […] }"');
});

test("a secret of the step is masked in labels", async () => {
  const secret = "open-sesame-0451-and-some-more-to-be-cut-off";
  const flow = FLOW.replace(
    "@step start()",
    '@secrets({ sources: [{ type: "env-file", path: "./.env" }] }) @step start()',
  )
    .replace("main, step", "main, secrets, step")
    .replace(
      "this.next(this.fit",
      "this.airports = [{ code: `key ${process.env.KEY}`, points: [] }]; this.next(this.fit",
    );
  const at = project({ "flow.ts": flow, ".env": `KEY=${secret}\n` });
  const run = await tsx("./flow.ts", ["run", "--json"], at);
  expect(run.code, run.stderr).toBe(0);
  expect(run.stdout).toContain('"label":"key ***"');
  expect(run.stdout + run.stderr).not.toContain(secret.slice(0, 12));
});

test("a label that is no property name is an error that says so", async () => {
  const wrong = FLOW.replace('label: "code"', 'label: ["code"] as never');
  const run = await tsx("./flow.ts", ["run"], project({ "flow.ts": wrong }));
  expect(run.code).toBe(1);
  expect(run.stderr).toContain(
    "Cannot take this.next in step start because label is the name of a property of the items: it is Array",
  );
});

test("a label beside anything but foreach is found before anything runs", async () => {
  const wrong = FLOW.replace("this.next(this.smooth)", 'this.next(this.smooth, { label: "code" } as never)').replace(
    " as never)",
    ")",
  );
  const check = await tsx("./flow.ts", ["check"], project({ "flow.ts": wrong }));
  expect(check.code).toBe(2);
  expect(check.stdout + check.stderr).toContain(
    "Cannot read this.next of predict because label names a property of the items of a foreach: it has none",
  );
});

test("show tells what names the tasks of a foreach", async () => {
  const at = project();
  expect((await millrace(["show", "flow.ts"], at)).stdout).toContain(
    "=> fit, for each of airports, labelled by code, joined in collect",
  );
  const { steps } = JSON.parse((await millrace(["show", "flow.ts", "--json"], at)).stdout) as {
    steps: { name: string; transition: object }[];
  };
  expect(steps.find(({ name }) => name === "start")!.transition).toEqual({
    ...{ kind: "foreach", target: "fit", artifact: "airports", label: "code" },
  });
});

test("foreaches over nothing are told in one line, by the run and by status, with the label of the first", async () => {
  const at = project({ "flow.ts": FLOW.replace("[1, 2]", "[]").replace("[3]", "[]") });
  const run = await millrace(["run", "flow.ts"], at);
  const rest = "no task of predict runs, and gather gets no inputs";
  const told = run.stderr.match(/^foreach .*$/gm)!;
  expect(told).toEqual([expect.stringMatching(/^foreach over points of fit\/\d (VIE|GRZ) has no items: /)]);
  expect(told[0]).toContain(rest);
  const status = await millrace(["status", "flow.ts"], at);
  expect(status.stdout).toContain(`\n\nforeach over points of fit/2 VIE and of 1 more has no items: ${rest}\n`);
});

test("a store whose labels are gone still shows its tasks", async () => {
  const at = project();
  const run = withRun(await tsx("./flow.ts", ["run"], at));
  const next = run.summary.tasks[0]!.next;
  if (next?.kind !== "foreach") throw new Error("no foreach");
  for (const hash of next.items.blobs) fs.rmSync(path.join(at.datastore, blobKey(hash)));
  const { stdout } = await millrace(["logs", "flow.ts"], at);
  expect(stdout).toMatch(/^\[fit\/2\] fits VIE$/m);
});

describe("a conflict of a merge", () => {
  const merging = (join: string) =>
    FLOW.replace(`${join}(inputs: Inputs<ForecastFlow>) {`, "$& this.mergeArtifacts(inputs);");

  test("names the tasks of a foreach with their labels, also after a resume that reuses them", async () => {
    const gathering = "this.points = inputs[0]!.points; this.next(this.collect)";
    const flow = merging("collect").replace("this.next(this.collect)", gathering);
    const at = project({ "flow.ts": flow });
    const outer = /points: gather\/\d+ VIE and gather\/\d+ GRZ have different values/;
    const run = await tsx("./flow.ts", ["run"], at);
    expect([run.code, run.stderr]).toEqual([1, expect.stringMatching(outer)]);
    const resumed = await tsx("./flow.ts", ["resume"], at);
    expect([resumed.code, resumed.stderr]).toEqual([1, expect.stringMatching(outer)]);
  });

  test("names all foreaches around them", async () => {
    const run = await tsx("./flow.ts", ["run"], project({ "flow.ts": merging("gather") }));
    expect([run.code, run.stderr]).toEqual([
      1,
      expect.stringMatching(/seen: smooth\/\d+ VIE › 1 and smooth\/\d+ VIE › 2 have different values/),
    ]);
  });
});
