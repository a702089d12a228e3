import path from "node:path";
import { describe, expect, test } from "vitest";
import { logOf, millrace, readArtifacts, tsx, withRun } from "../../rigs/harness.ts";
import { check, flow, lineOf } from "./checked.ts";
import { flowFolder } from "./flow-folder.ts";

/** A step that does something with a field, and one after it. */
function fitting(fit: string, members = ""): string {
  return flow(`
  fn!: (x: number) => number;
  weight = 2;
  ${members}
  @step start() {
    ${fit}
    this.next(this.end);
  }
  @step end() { console.log(this.weight); }`);
}

describe("a function in a field, which is never stored", () => {
  test.each([
    ["an arrow function", "this.fn = (x) => x * this.weight;"],
    ["a function expression", "this.fn = function (x) { return x; };"],
    ["an asynchronous one", "this.fn = async (x) => x;"],
    ["one of two", "this.fn = this.weight > 1 ? (x) => x : (x) => -x;"],
    ["one that stands in for none", "this.fn ??= (x) => x;"],
    ["one among others", "Object.assign(this, { weight: 1, fn(x) { return x; } });"],
  ])("is told where it is set: %s", async (_, fit) => {
    const text = fitting(fit);
    expect((await check(text)).findings).toEqual([
      expect.objectContaining({
        rule: "function-field",
        severity: "warning",
        field: "fn",
        step: "start",
        line: lineOf(text, fit),
        message: "Cannot store this.fn of start because functions are not stored: later steps do not have it",
        hint: "make it a method of the class, fn(…) { … }, or a plain function of the module",
      }),
    ]);
  });

  test("is told once, in the helper that sets it, and not where it is read", async () => {
    const text = flow(`
  fn!: (x: number) => number;
  prepare() { this.fn = (x) => x; }
  @step start() { this.prepare(); console.log(this.fn(1)); this.next(this.middle); }
  @step middle() { this.prepare(); console.log(this.fn(2)); this.next(this.end); }
  @step end() { console.log(this.fn(3)); }`);
    const { findings } = await check(text);
    expect(findings.map(({ rule, line }) => [rule, line])).toEqual([["function-field", lineOf(text, "prepare()")]]);
  });

  test.each([
    ["a name that says so", "this._fn = (x) => x;", "_fn!: (x: number) => number;"],
    ["a private field", "this.#fn = (x) => x; console.log(this.#fn(1));", "#fn!: (x: number) => number;"],
    ["a value that may be anything", "this.fn = load();", ""],
    ["one that the step deletes again", "this.fn = (x) => x; console.log(this.fn(1)); delete this.fn;", ""],
    ["one that the step replaces", "this.fn = (x) => x; console.log(this.fn(1)); this.fn = 3;", ""],
    ["one of an initializer", "console.log(this.twice(1));", "twice = (x: number) => 2 * x;"],
    ["what a function gives", "this.weight = [1, 2].map((x) => x * 2).length; this.fn = ((x) => x)(1);", ""],
  ])("is no finding with %s", async (_, fit, members) => {
    expect((await check(fitting(fit, members))).findings).toEqual([]);
  });

  test("is silenced by a comment", async () => {
    expect((await check(fitting("this.fn = (x) => x; // millrace-ignore function-field"))).findings).toEqual([]);
  });
});

describe("a step that ends with a function in a field", () => {
  const TEXT = flow(`
  model!: unknown;
  tripled!: unknown;
  _own!: unknown;
  gone!: unknown;
  #hidden!: unknown;
  twice = (x: number) => 2 * x;
  swapped = (x: number) => x;
  half(x: number) { return x / 2; }
  @step start() {
    const made = { fit: (x: number) => 3 * x };
    this.model = made.fit;
    this.model = made.fit;
    this._own = made.fit;
    this.#hidden = made.fit;
    this.gone = made.fit;
    delete this.gone;
    this.half = this.half.bind(this);
    this.twice = this.twice;
    this.swapped = made.fit;
    this.tripled = (this.model as typeof made.fit)(1);
    this.next(this.end);
  }
  @step end() { console.log(typeof this.model, this.tripled, this.twice(2), this.half(2)); }`);

  test.each([
    ["millrace", (cwd: string, datastore: string) => millrace(["run", "flow.ts"], { cwd, datastore })],
    ["tsx", (cwd: string, datastore: string) => tsx("./flow.ts", ["run"], { cwd, datastore })],
  ])("is warned once for each field, and goes on: %s", async (_, start) => {
    const cwd = flowFolder({ "flow.ts": TEXT, "package.json": '{ "type": "module" }' });
    const run = withRun(await start(cwd, path.join(cwd, "store")));
    expect(run.code, run.stderr).toBe(0);
    const warnings = logOf(run, "start", { stream: "stderr" }).trimEnd().split("\n");
    expect(warnings).toEqual(
      ["model", "swapped"].map(
        (name) =>
          `warning: the field ${name} of step start holds a function, which is not stored: make it a method of the class, or a function of the module`,
      ),
    );
    expect(readArtifacts(run, "start")).toEqual({ tripled: 3 });
    expect(logOf(run, "end")).toBe("undefined 3 4 1\n");
    expect(logOf(run, "end", { stream: "stderr" })).toBe("");
  });
});
