import path from "node:path";
import { describe, expect, test } from "vitest";
import { millrace, tsx } from "../../rigs/harness.ts";
import { flowFolder } from "./flow-folder.ts";

const HEAD = `import { catchError, FlowSpec, main, parameter, step, type Inputs } from "millrace";\n`;

/** A flow file of one class; types are not checked here, so that a mistake that TypeScript would find can be made too. */
function flow(body: string, before = ""): string {
  return `${HEAD}${before}\nclass SampleFlow extends FlowSpec {\n${body}\n}\n\nmain(SampleFlow);\n`;
}

interface Told {
  readonly rule: string;
  readonly severity: string;
  readonly field: string | null;
  readonly step: string | null;
  readonly reader: string | null;
  readonly join: string | null;
  readonly line: number;
  readonly message: string;
  readonly hint: string;
}

async function check(text: string): Promise<{ ok: boolean; findings: Told[] }> {
  const cwd = flowFolder({ "flow.ts": text });
  const { code, stdout, stderr } = await millrace(["check", "flow.ts", "--json"], { cwd });
  expect(code, stdout + stderr).toBe(0);
  return JSON.parse(stdout) as { ok: boolean; findings: Told[] };
}

/** The line, from 1, that holds a text. */
function lineOf(text: string, part: string): number {
  return text.slice(0, text.indexOf(part)).split("\n").length;
}

/** Two paths that meet in `join`. */
function branch(join: string, end: string): string {
  return `
  model!: { name: string };
  failure: Error | undefined;
  @step start() { this.next(this.fit, this.plot); }
  @step fit() {
    this.model = { name: "linear" };
    this.next(this.join);
  }
  @step plot() { this.next(this.join); }
  @step join(inputs: Inputs<SampleFlow>) {
    ${join}
    this.next(this.end);
  }
  @step end() {
    ${end}
  }`;
}

const LOST = flow(branch("console.log(inputs.length);", "console.log(this.model.name);"));

describe("a field that a join does not carry", () => {
  test("is told with the step that sets it, the join, the reader and the fix", async () => {
    const { ok, findings } = await check(LOST);
    expect(ok).toBe(true);
    expect(findings).toEqual([
      expect.objectContaining({
        rule: "lost-at-join",
        severity: "warning",
        field: "model",
        step: "fit",
        reader: "end",
        join: "join",
        line: lineOf(LOST, "console.log(this.model.name)"),
        message: "Cannot read this.model in end because join does not carry it: fit sets it before that join",
        hint: "add this.mergeArtifacts(inputs) to join, or set this.model there",
      }),
    ]);
  });

  test.each([
    ["is merged", "this.mergeArtifacts(inputs);"],
    ["is included", 'this.mergeArtifacts(inputs, { include: ["model"] });'],
    ["is set anew", "this.model = inputs.fit.model;"],
    ["is set by a helper", "this.choose(inputs);"],
    ["is destructured into this", "({ model: this.model } = inputs[0]!);"],
    ["may be set by other code", "Object.assign(this, inputs[0]);"],
    [
      "may be set under a name that the source does not tell",
      "for (const key of Object.keys(inputs[0]!)) (this as any)[key] = (inputs[0] as any)[key];",
    ],
  ])("is no finding where it %s", async (_, join) => {
    const helper = "choose(inputs: Inputs<SampleFlow>) { this.model = inputs[0]!.model; }";
    const { findings } = await check(flow(branch(join, "console.log(this.model.name);") + `\n  ${helper}`));
    expect(findings).toEqual([]);
  });

  test("is told where exclude leaves it out, and where include forgets it", async () => {
    const end = "console.log(this.model.name, this.other);";
    const fields = "\n  other = 1;";
    const excluded = await check(flow(branch('this.mergeArtifacts(inputs, { exclude: ["model"] });', end) + fields));
    expect(excluded.findings.map(({ hint }) => hint)).toEqual([
      'take "model" off exclude of the mergeArtifacts in join, or set this.model there',
    ]);
    const forgotten = await check(flow(branch('this.mergeArtifacts(inputs, { include: ["other"] });', end) + fields));
    expect(forgotten.findings.map(({ hint }) => hint)).toEqual([
      'add "model" to include of the mergeArtifacts in join, or set this.model there',
    ]);
  });

  test("is told in the join itself, also where it merges too late", async () => {
    const early = await check(flow(branch("console.log(this.model.name); this.mergeArtifacts(inputs);", "")));
    expect(early.findings).toEqual([
      expect.objectContaining({
        rule: "lost-at-join",
        reader: "join",
        join: "join",
        hint: "call this.mergeArtifacts(inputs) in join before this.model is read",
      }),
    ]);
  });

  test("is told through helpers, destructuring, foreach and condition", async () => {
    for (const [end, more] of [
      ["this.report();", "report() { console.log(this.model); }"],
      ["const { model } = this; console.log(model);", ""],
      ["const self = this; console.log([1].map((n) => n + self.model.name.length));", ""],
    ] as const) {
      const { findings } = await check(flow(branch("void inputs;", end) + `\n  ${more}`));
      expect(
        findings.map(({ rule, field }) => [rule, field]),
        end,
      ).toEqual([["lost-at-join", "model"]]);
    }
  });

  test("is told where it silently has its initial value again, and not where a join starts a sum anew", async () => {
    const counting = (join: string) =>
      flow(`
  rows = [1, 2, 3];
  total = 0;
  @step start() { this.next(this.count, { foreach: "rows" }); }
  @step count(row: number) {
    this.total = row;
    this.next(this.join);
  }
  @step join(inputs: Inputs<SampleFlow>) {
    ${join}
    this.next(this.end);
  }
  @step end() { console.log(this.total); }`);
    const { findings } = await check(counting("console.log(inputs.length);"));
    expect(findings).toEqual([
      expect.objectContaining({
        message:
          "this.total has its initial value again in end because join does not carry it: count sets it before that join",
        hint: "collect it in join: this.total = …, made from inputs.map((input) => input.total)",
      }),
    ]);
    const meant = await check(counting("for (const input of inputs) this.total += input.total;"));
    expect(meant.findings).toEqual([]);
  });

  test("is no finding where nothing but an initializer sets it, where a later step sets it again, or where code asks first", async () => {
    const { findings } = await check(
      flow(
        branch("void inputs;", 'this.model = { name: "other" }; console.log(this.model, this.limit);') +
          "\n  limit = 3;",
      ),
    );
    expect(findings).toEqual([]);
  });
});

const NESTED = flow(`
  cities = ["vie", "lju"];
  hours = [6, 18];
  city!: string;
  @step start() { this.next(this.perCity, { foreach: "cities" }); }
  @step perCity(city: string) {
    this.city = city;
    this.next(this.perHour, { foreach: "hours" });
  }
  @step perHour() { this.next(this.inner); }
  @step inner(inputs: Inputs<SampleFlow>) {
    console.log(inputs.length);
    this.next(this.outer);
  }
  @step outer(inputs: Inputs<SampleFlow>) {
    this.mergeArtifacts(inputs, { include: ["city"] });
    this.next(this.end);
  }
  @step end() { console.log(this.city); }`);

test("a merge of what an inner join dropped is told, and names that join", async () => {
  const text = NESTED;
  const { findings } = await check(text);
  expect(findings).toEqual([
    expect.objectContaining({
      rule: "merge-of-nothing",
      field: "city",
      step: "perCity",
      reader: "outer",
      join: "inner",
      line: lineOf(text, 'include: ["city"]'),
      message:
        "Cannot merge city in outer because the inner join inner does not carry it: perCity sets it before that join",
      hint: "add this.mergeArtifacts(inputs) to inner, or set this.city there",
    }),
  ]);
});

test("the error of an outer merge names the inner join that merged nothing", async () => {
  const cwd = flowFolder({ "flow.ts": NESTED });
  const { code, stderr, stdout } = await millrace(["run", "flow.ts"], { cwd });
  expect(code).toBe(1);
  expect(stdout + stderr).toContain("Cannot merge city because no input has such an artifact");
  expect(stdout + stderr).toContain("city: the inner join inner does not carry it");
  expect(stdout + stderr).toContain("add this.mergeArtifacts(inputs) to inner, or set this.city there");
});

describe("a name that no field has", () => {
  test("in foreach, condition and reads is told with the name that was meant", async () => {
    const text = flow(`
  shards = [1, 2];
  size: "small" | "large" = "small";
  @step start() { this.next(this.work, { foreach: "shard" }); }
  @step work() { this.next(this.join); }
  @step join(inputs: Inputs<SampleFlow>) {
    console.log(inputs.map((input) => input.sise), inputs[0].shrads);
    this.next(this.choose);
  }
  @step choose() { this.next({ small: this.one, large: this.two }, { condition: "sizes" }); }
  @step one() { console.log(this.sharts); this.next(this.end); }
  @step two() { this.next(this.end); }
  @step end() {}`);
    const { findings } = await check(text);
    expect(findings.map(({ rule, field, reader, hint }) => [rule, field, reader, hint])).toEqual([
      ["unknown-field", "shard", "start", "did you mean shards?"],
      ["unknown-field", "sise", "join", "did you mean size?"],
      ["unknown-field", "shrads", "join", "did you mean shards?"],
      ["unknown-field", "sizes", "choose", "did you mean size?"],
      ["unknown-field", "sharts", "one", "did you mean shards?"],
    ]);
    expect(findings[0]?.message).toBe(
      'Cannot go over "shard" in start because SampleFlow has no field shard, and nothing sets one',
    );
    expect(findings.map(({ line }) => line)).toEqual([
      lineOf(text, '"shard"'),
      lineOf(text, "input.sise"),
      lineOf(text, "inputs[0].shrads"),
      lineOf(text, '"sizes"'),
      lineOf(text, "this.sharts"),
    ]);
  });

  test("in include, exclude and as is told too", async () => {
    const join = 'this.mergeArtifacts(inputs, { include: ["modell"] }); this.model = inputs.fit.model;';
    const merged = await check(flow(branch(join, "console.log(this.model);")));
    expect(merged.findings.map(({ rule, field, hint }) => [rule, field, hint])).toEqual([
      ["unknown-field", "modell", "did you mean model?"],
    ]);
    const caught = await check(
      flow(`
  failure: Error | undefined;
  @catchError({ as: "failur" })
  @step start() { this.next(this.end); }
  @step end() { console.log(this.failure); }`),
    );
    expect(caught.findings.map(({ rule, field, step, hint }) => [rule, field, step, hint])).toContainEqual([
      "unknown-field",
      "failur",
      "start",
      "did you mean failure?",
    ]);
  });

  test("is told for a declared field that nothing sets", async () => {
    const { findings } = await check(
      flow(`
  score!: number;
  @step start() { this.next(this.end); }
  @step end() { console.log(this.score); }`),
    );
    expect(findings.map(({ rule, message }) => [rule, message])).toEqual([
      ["unknown-field", "Cannot read this.score in end because nothing sets this field"],
    ]);
  });

  test("is none for getters, methods, functions in fields, parameters, inherited fields and optional reads", async () => {
    const text = flow(
      `
  @parameter() rate = 0.1;
  double = () => this.base * 2;
  get half() { return this.base / 2; }
  note?: string;
  @step start() { this.setUp(); this.next(this.end); }
  setUp() { this.value = this.double() + this.half + this.rate; }
  value!: number;
  @step end() { console.log(this.value, this.note ?? "none", this.inherited); }`,
      "class Base extends FlowSpec { base = 1; inherited = 2; }",
    ).replace("SampleFlow extends FlowSpec", "SampleFlow extends Base");
    expect((await check(text)).findings).toEqual([]);
  });
});

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
      expect(seen.stdout).toContain("  fix: add this.mergeArtifacts(inputs) to join, or set this.model there\n");
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
