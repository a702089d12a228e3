import path from "node:path";
import { describe, expect, test } from "vitest";
import { millrace, tsx } from "../../rigs/harness.ts";
import { branch, check, flow, lineOf } from "./checked.ts";
import { flowFolder } from "./flow-folder.ts";

const LOST = flow(branch("console.log(inputs.length);", "console.log(this.model.name);"));

test("an input that goes by a name it cannot have is told", async () => {
  const { findings } = await check(flow(branch("console.log(inputs.plott.model); this.mergeArtifacts(inputs);", "")));
  expect(findings).toEqual([
    expect.objectContaining({
      rule: "unknown-input",
      message: "Cannot find inputs.plott in join because plott does not lead there",
      hint: "inputs are named after the last step of each path: did you mean inputs.plot?",
    }),
  ]);
});

describe("a parameter that contradicts itself", () => {
  const SCHEMA = `const positive = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => typeof value === "number" && value > 0 ? { value } : { issues: [{ message: "must be positive" }] } } } as const;
const slow = { "~standard": { version: 1, vendor: "test", validate: async (value: unknown) => ({ issues: [{ message: "never" }] }) } } as const;`;

  test("is told: default, choices and schema", async () => {
    const text = flow(
      `
  @parameter({ choices: ["adam", "sgd"] }) optimizer = "adamw";
  @parameter({ schema: positive }) rate = -1;
  @parameter({ schema: positive, choices: [1, 2, -3] }) size = 1;
  @parameter({ schema: slow }) later = 1;
  @parameter({ choices: ["a", "b"], required: true }) given!: string;
  @step start() { this.next(this.end); }
  @step end() {}`,
      SCHEMA,
    );
    const { findings } = await check(text);
    expect(findings.map(({ rule, field, message }) => [rule, field, message])).toEqual([
      [
        "parameter-default",
        "optimizer",
        "Cannot use the default of parameter optimizer because it is not among the choices: 'adamw'",
      ],
      [
        "parameter-default",
        "rate",
        "Cannot use the default of parameter rate because its schema refuses it: -1 (must be positive)",
      ],
      [
        "parameter-default",
        "size",
        "Cannot choose -3 for parameter size because its schema refuses what choices allows",
      ],
    ]);
    expect(findings.map(({ line }) => line)).toEqual([
      lineOf(text, "optimizer ="),
      lineOf(text, "rate ="),
      lineOf(text, "size ="),
    ]);
  });
});

describe("a configuration that lacks keys of its default", () => {
  const body = (options: string) =>
    flow(
      `
  @config(${options}) train = { rate: 0.1, epochs: 3, net: { depth: 2, width: 8 }, note: undefined };
  @config() sizes: Record<string, number> = {};
  @step start() { this.next(this.end); }
  @step end() {}`,
      'import { config } from "millrace";\nconst any = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } } as const;',
    );
  const seen = "train.epochs, train.net.width are undefined";

  test.each([
    ["train.yaml", "rate: 0.2\nnet:\n  depth: 3\n"],
    ["train.toml", "rate = 0.2\n[net]\ndepth = 3\n"],
    ["train.json", '{"rate": 0.2, "net": {"depth": 3}}'],
  ])("is told at its declaration, by check and run: %s", async (file, text) => {
    const cwd = flowFolder({ "flow.ts": body(`{ file: "${file}" }`), [file]: text });
    const checked = await millrace(["check", "flow.ts"], { cwd });
    expect(checked.code).toBe(0);
    expect(checked.stdout).toMatch(/^warning: flow\.ts:6:\d+: Cannot find all keys of configuration train/);
    expect(checked.stdout).toContain(seen);
    const run = await millrace(["run", "flow.ts"], { cwd });
    expect([run.code, run.stderr]).toEqual([0, expect.stringContaining(seen)]);
  });

  test("is told of --config-value too; a schema says itself what may be missing, and a whole value is no matter", async () => {
    const cwd = flowFolder({ "flow.ts": body("") });
    const told = async (...args: string[]) => (await millrace(["check", "flow.ts", ...args], { cwd })).stdout;
    expect(await told()).not.toContain("warning");
    expect(await told("--config-value", "sizes", '{"a": 1}')).not.toContain("warning");
    expect(await told("--config-value", "train", '{"rate": 1, "net": {"depth": 1}}')).toContain(seen);
    const checked = flowFolder({ "flow.ts": body('{ file: "t.json", schema: any }'), "t.json": "{}" });
    expect((await millrace(["check", "flow.ts"], { cwd: checked })).stdout).not.toContain("warning");
  });
});

describe("what a caught step may not have set", () => {
  const caught = (join: string) =>
    flow(`
  rows = [1, 2];
  row!: number;
  score!: number;
  failure: Error | undefined;
  best!: number;
  @step start() { this.next(this.fit, { foreach: "rows" }); }
  @catchError({ as: "failure" })
  @step fit(row: number) {
    this.row = row;
    this.score = Math.sqrt(row);
    this.next(this.join);
  }
  @step join(inputs: Inputs<SampleFlow>) {
    ${join}
    this.next(this.end);
  }
  @step end() { console.log(this.best); }`);

  test("is told where it is read without a look at the error", async () => {
    const text = caught("this.best = Math.max(...inputs.map((input) => input.score));");
    expect((await check(text)).findings).toEqual([
      expect.objectContaining({
        rule: "caught-unchecked",
        field: "score",
        step: "fit",
        reader: "join",
        line: lineOf(text, "input.score"),
        message: "Cannot rely on inputs[…].score in join because @catchError lets fit fail before it sets it",
        hint: "look at failure first: inputs.filter((input) => input.failure === undefined); or give score an initial value",
      }),
    ]);
  });

  test.each([
    "this.best = Math.max(...inputs.filter((input) => !input.failure).map((input) => input.score));",
    "this.best = Math.max(...inputs.map((input) => input.score ?? 0));",
    "this.best = inputs.map((input) => input.score).filter((score) => score !== undefined).length;",
    "for (const { score, failure } of inputs) if (failure === undefined) this.best = score;",
    "const [first] = inputs; const score = first!.score; if (score !== undefined) this.best = score; else this.best = 0;",
    "this.best = inputs.map((input) => input.row)[0]!; // set before anything can fail",
  ])("is no finding in %s", async (join) => {
    expect((await check(caught(join))).findings).toEqual([]);
  });
});

describe("warnings", () => {
  test("are shown with place and fix, exit 0, and make an error under --strict", async () => {
    const cwd = flowFolder({ "flow.ts": LOST });
    const line = lineOf(LOST, "console.log(this.model.name)");
    for (const seen of [await millrace(["check", "flow.ts"], { cwd }), await tsx("./flow.ts", ["check"], { cwd })]) {
      expect(seen.code).toBe(0);
      expect(seen.stdout).toContain(`warning: flow.ts:${line}:17: Cannot read this.model in end`);
      expect(seen.stdout).toContain(
        '  fix: add this.mergeArtifacts(inputs, { include: ["model"] }) to join, or set this.model there\n',
      );
      expect(seen.stdout).toContain("SampleFlow is sound: 5 steps, 1 warning\n");
    }
    const strict = await millrace(["check", "flow.ts", "--strict"], { cwd });
    expect(strict.code).toBe(2);
    expect(strict.stderr).toContain("Cannot use SampleFlow because --strict allows no warnings: 1 warning");
    const json = await millrace(["check", "flow.ts", "--strict", "--json"], { cwd });
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout.split("\n")[0] ?? "")).toMatchObject({
      ok: false,
      findings: [{ rule: "lost-at-join" }],
    });
  });

  test("are printed by run, which goes on, and by resume", async () => {
    const text = flow(branch("void inputs;", 'console.log("the model is", this.model);'));
    const cwd = flowFolder({ "flow.ts": text });
    const datastore = path.join(cwd, "store");
    for (const command of ["run", "resume"]) {
      const seen = await millrace([command, "flow.ts", ...(command === "resume" ? ["end"] : [])], { cwd, datastore });
      expect(seen.code, seen.stderr).toBe(0);
      expect(
        seen.stderr.match(/^warning: flow\.ts:\d+:\d+: Cannot read this\.model in end.*\(lost-at-join\)$/gm),
      ).toHaveLength(1);
    }
  });

  test.each([
    ["on the line", "console.log(this.model.name); // millrace-ignore lost-at-join"],
    [
      "on the line above",
      "// millrace-ignore unknown-field, lost-at-join -- the plot needs none\n    console.log(this.model.name);",
    ],
  ])("are silenced by a comment %s", async (_, end) => {
    expect((await check(flow(branch("void inputs;", end)))).findings).toEqual([]);
  });

  test("are not silenced by a comment that names another rule, or none", async () => {
    for (const comment of ["// millrace-ignore unknown-field", "// millrace-ignore"]) {
      const { findings } = await check(flow(branch("void inputs;", `console.log(this.model.name); ${comment}`)));
      expect(findings).toHaveLength(1);
    }
  });

  test("name the file of an inherited step", async () => {
    const base = `import { FlowSpec, step } from "millrace";\nexport class Base extends FlowSpec {\n  model!: number;\n  @step end() {\n    console.log(this.model);\n  }\n}\n`;
    const text = flow(branch("void inputs;", "").replace(/ {2}@step end[^]*$/, ""), 'import { Base } from "./base.ts";')
      .replace("SampleFlow extends FlowSpec", "SampleFlow extends Base")
      .replace("  model!: { name: string };\n", "");
    const cwd = flowFolder({ "flow.ts": text, "base.ts": base });
    const { stdout } = await tsx("./flow.ts", ["check"], { cwd });
    expect(stdout).toContain("warning: base.ts:5:17: Cannot read this.model in end");
  });
});
