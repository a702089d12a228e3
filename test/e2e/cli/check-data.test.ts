import { describe, expect, test } from "vitest";
import { millrace } from "../../rigs/harness.ts";
import { branch, check, flow, lineOf } from "./checked.ts";
import { flowFolder } from "./flow-folder.ts";

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
        hint: 'add this.mergeArtifacts(inputs, { include: ["model"] }) to join, or set this.model there',
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
      hint: 'add this.mergeArtifacts(inputs, { include: ["city"] }) to inner, or set this.city there',
    }),
  ]);
});

test("all joins that lose a field on its way are named at once, and the fix is right as it stands", async () => {
  const lost = NESTED.replace('cities = ["vie", "lju"];', 'cities = ["vie", "lju"];\n  source!: string;')
    .replace("start() {", 'start() { this.source = "archive";')
    .replace('this.mergeArtifacts(inputs, { include: ["city"] });', "")
    .replace("console.log(this.city);", "console.log(this.source);");
  const { findings } = await check(lost);
  const [{ rule, hint } = { rule: "", hint: "" }] = findings;
  expect([rule, hint]).toEqual([
    "lost-at-join",
    'add this.mergeArtifacts(inputs, { include: ["source"] }) to inner and outer, or set this.source there',
  ]);
  const merge = 'this.mergeArtifacts(inputs, { include: ["source"] });';
  const mended = lost
    .replace("console.log(inputs.length);", merge)
    .replace("outer(inputs: Inputs<SampleFlow>) {", `outer(inputs: Inputs<SampleFlow>) { ${merge}`);
  const cwd = flowFolder({ "flow.ts": mended });
  const { code, stderr, stdout } = await millrace(["run", "flow.ts"], { cwd });
  expect(code, stderr).toBe(0);
  expect(stdout + stderr).toContain("archive");
});

test("a foreach over nothing has nothing to merge, by whatever names", async () => {
  const text = flow(`
  items: number[] = [];
  score!: number;
  @step start() { this.next(this.each, { foreach: "items" }); }
  @step each() { this.score = 1; this.next(this.join); }
  @step join(inputs: Inputs<SampleFlow>) {
    this.mergeArtifacts(inputs, { include: ["score"] });
    this.next(this.end);
  }
  @step end() {}`);
  const cwd = flowFolder({ "flow.ts": text });
  const { code, stderr } = await millrace(["run", "flow.ts"], { cwd });
  expect(code, stderr).toBe(0);
});

test("the error of an outer merge names the inner join that merged nothing", async () => {
  const cwd = flowFolder({ "flow.ts": NESTED });
  const { code, stderr, stdout } = await millrace(["run", "flow.ts"], { cwd });
  expect(code).toBe(1);
  expect(stdout + stderr).toContain("Cannot merge city because no input has such an artifact");
  expect(stdout + stderr).toContain("city: the inner join inner does not carry it");
  expect(stdout + stderr).toContain(
    'add this.mergeArtifacts(inputs, { include: ["city"] }) to inner, or set this.city there',
  );
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

  test("is none where a decorator of one's own may set it", async () => {
    const made = `import { decorator } from "millrace";
const timed = decorator({ name: "timed", before({ flow }) { Object.assign(flow, { startedAt: 1 }); } });
function traced(method: any): any {
  return function (this: any, ...args: any[]) { this.startedAt = 1; return method.apply(this, args); };
}
function marked(method: any): any { return method; }
`;
    const read = ({ onStep = "", before = "" }) =>
      flow(
        `${onStep} @step start() { this.next(this.end); }
  @step end() { console.log(this.startedAt); }`,
        made + before,
      );
    for (const text of [read({ onStep: "@timed" }), read({ before: "@timed()" }), read({ onStep: "@traced" })])
      expect((await check(text)).findings).toEqual([]);
    const { findings } = await check(read({ onStep: "@marked" }));
    expect(findings.map(({ rule, field }) => [rule, field])).toEqual([["unknown-field", "startedAt"]]);
  });

  test("is told beside decorators of one's own that leave the flow's fields alone, or set others", async () => {
    const made = `import { decorator } from "millrace";
const timed = decorator({
  name: "timed",
  before({ stepName }) { console.log(stepName); },
  async around(next, task) { await next(); console.log(task.runId); task.flow.startedAt = 1; },
  after({ flow }, { durationMs }) { flow["tookMs"] = durationMs; },
} as any);
`;
    const body = `startedAt!: number;
  tookMs!: number;
  @timed @step start() { this.next(this.end); }
  @step end() { console.log(this.startedAt, this.tookMs, this.endedAt); }
  endedAt!: number;`;
    const { findings } = await check(flow(body, made));
    expect(findings.map(({ rule, field }) => [rule, field])).toEqual([["unknown-field", "endedAt"]]);
    const lost = await check(flow(branch("console.log(inputs.length);", "console.log(this.model);"), made));
    const timedLost = await check(
      flow(branch("console.log(inputs.length);", "console.log(this.model);"), made).replace(
        "@step end",
        "@timed @step end",
      ),
    );
    expect(timedLost.findings.map(({ rule, field }) => [rule, field])).toEqual([["lost-at-join", "model"]]);
    expect(timedLost.findings).toHaveLength(lost.findings.length);
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
