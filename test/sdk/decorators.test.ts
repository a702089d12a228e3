import { describe, expect, test } from "vitest";
import { FlowSpec, retry, step, parameter } from "../../sdk/index.ts";
import { decoratorUsesOf, fieldsOf, stepMarkOf } from "../../sdk/base/metadata.ts";
import { compileFlow, DIALECTS, methodNamed } from "./compile.ts";

describe.each(DIALECTS)("decorators in the %s dialect", (dialect) => {
  test("annotate a step without replacing its method", async () => {
    const { Flow, file } = await compileFlow(
      `@retry({ times: 1 }) @batch((configs) => ({ gpu: configs.gpus })) @step start() { return "as written"; }
       @step({ end: true }) finish() {}`,
      dialect,
    );
    const start = methodNamed(Flow, "start");
    expect(Function.prototype.toString.call(start)).toContain("as written");
    expect(stepMarkOf(start)).toEqual({ start: false, end: false, file });
    expect(stepMarkOf(methodNamed(Flow, "finish"))).toEqual({ start: false, end: true, file });
    expect(decoratorUsesOf(start)).toEqual([
      { decorator: "retry", options: { times: 1 } },
      { decorator: "batch", options: expect.any(Function) },
    ]);
  });

  test("declare fields and leave their values alone", async () => {
    const { Flow } = await compileFlow(
      `@parameter({ help: "h" }) factors = 16; @parameter bare = true;
       @includeFile() rules = "rules.txt"; @config({ file: "c.json" }) machine = { gpus: 1 };`,
      dialect,
    );
    expect([...fieldsOf(Flow).values()]).toEqual([
      { kind: "parameter", name: "factors", options: { help: "h" } },
      { kind: "parameter", name: "bare", options: {} },
      { kind: "includeFile", name: "rules", options: {} },
      { kind: "config", name: "machine", options: { file: "c.json" } },
    ]);
    const flow = new (Flow as new () => object)();
    expect(flow).toMatchObject({ factors: 16, bare: true, rules: "rules.txt", machine: { gpus: 1 } });
  });

  test.each([
    ["@step *train() {}", "Cannot apply @step to generator train because it marks the method of a step"],
    ["@step async *train() {}", "Cannot apply @step to generator train"],
    ["@step get train() { return 1; }", "Cannot apply @step to getter train"],
    ["@step train = 1;", "Cannot apply @step to field train"],
    ["@step static train() {}", "Cannot apply @step to static train"],
    ["@step [Symbol.for('x')]() {}", "Cannot apply @step to method Symbol(x)"],
    ["@step({ strat: true }) train() {}", "Cannot use @step with strat: true"],
    ["@retry @step train() {}", "Cannot apply @retry to a step without ()"],
    ["@retry() train = 1;", "Cannot apply @retry to field train"],
    ["@parameter() train() {}", "Cannot apply @parameter to method train because it declares a field of the flow"],
    ["@parameter() static rate = 1;", "Cannot apply @parameter to static rate"],
    [
      "@parameter({ choises: [1] }) rate = 1;",
      "@parameter because it has no option choises\n  hint: did you mean choices?",
    ],
    ["@config({ files: 'c.json' }) rate = 1;", "@config because it has no option files\n  hint: did you mean file?"],
    ["@includeFile({ q: 1 }) rules = '';", "it has no option q\n  hint: its options are help, encoding"],
    ["@config() [Symbol.for('x')] = 1;", "Cannot apply @config to field Symbol(x)"],
  ])("%s is refused at once", async (body, message) => {
    await expect(compileFlow(body, dialect)).rejects.toThrow(message);
  });
});

test("@step on a #private method is refused at once", async () => {
  await expect(compileFlow("@step #train() {}", "standard")).rejects.toThrow("Cannot apply @step to private #train");
});

test("a field without decorator metadata says which compiler is needed", () => {
  const context = { kind: "field", name: "rate", static: false, private: false };
  expect(() => parameter()(undefined, context as unknown as ClassFieldDecoratorContext)).toThrow(
    "the compiler passes no decorator metadata",
  );
});

test("plain JavaScript applies decorators by hand", () => {
  class Fixture extends FlowSpec {
    start() {}
  }
  const descriptor = Object.getOwnPropertyDescriptor(Fixture.prototype, "start");
  step(Fixture.prototype, "start", descriptor);
  retry({ times: 7 })(Fixture.prototype, "start", descriptor);
  expect(stepMarkOf(methodNamed(Fixture, "start"))).toEqual({ start: false, end: false, file: import.meta.filename });
  expect(decoratorUsesOf(methodNamed(Fixture, "start"))).toEqual([{ decorator: "retry", options: { times: 7 } }]);
});

test("decorators compiled by the test runner record the file of the class", () => {
  class Fixture extends FlowSpec {
    @step start() {}
  }
  expect(stepMarkOf(methodNamed(Fixture, "start"))?.file).toBe(import.meta.filename);
});

test("a derived class adds its fields to those of its base", async () => {
  const { Flow } = await compileFlow("@parameter() a = 1;", "standard");
  const { Flow: Other } = await compileFlow("@parameter() b = 1;", "standard");
  expect([...fieldsOf(Flow).keys()]).toEqual(["a"]);
  expect([...fieldsOf(Other).keys()]).toEqual(["b"]);
  expect([...fieldsOf(class extends (Flow as new () => object) {}).keys()]).toEqual(["a"]);
});
