import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { Runner } from "../../../sdk/testing/index.ts";
import { type CommandOptions, millrace, temporaryFolder, tsx } from "../../rigs/harness.ts";
import { ESM, LEGACY, makeProject, STANDARD } from "../../rigs/project.ts";

const FLOW = `
import { FlowSpec, config, main, parameter, step } from "millrace";
class TrainFlow extends FlowSpec {
  @config({ file: "train.json" }) cfg!: { lr: number; names: string[] };
  @config() derived = { twice: this.cfg.lr * 2 };
  @parameter() learningRate = this.cfg.lr;
  @parameter() count = 1;
  @parameter() big = 1n;
  @parameter() options = { depth: 3 };
  four = this.derived.twice * 2;
  #hidden = 7;
  @step start() {
    console.log(JSON.stringify([this.cfg, this.derived, this.learningRate, this.four, this.#hidden, String(this.big)]));
    this.next(this.end);
  }
  @step end() {}
}
main(TrainFlow);
`;
const VALUE = '{"lr": 3, "names": ["a"]}';
const SAID = '[{"lr":3,"names":["a"]},{"twice":6},3,12,7,"1"]';

function project(files: Readonly<Record<string, string>>, tsconfig = STANDARD): string {
  return makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": tsconfig, ...files });
}

/** `millrace run flow.ts ARGS` in that folder, which holds the datastore as well. */
function run(cwd: string, args: readonly string[] = [], options: CommandOptions = {}) {
  return millrace(["run", "flow.ts", ...args], { ...options, cwd, datastore: path.join(cwd, "runs") });
}

describe("a configuration's file", () => {
  test.each([
    ["standard", STANDARD],
    ["legacy", LEGACY],
    [
      "legacy, assigned fields",
      JSON.stringify({ compilerOptions: { ...compilerOptions(LEGACY), useDefineForClassFields: false } }),
    ],
  ])("gives what other initializers see, %s decorators", async (_, tsconfig) => {
    const cwd = project({ "train.json": VALUE }, tsconfig);
    expect((await run(cwd)).stderr).toContain(SAID);
    expect((await tsx(path.join(cwd, "flow.ts"), ["run"], { cwd })).stderr).toContain(SAID);
  });

  test("is missing: that is told with exit code 2, also by show, and help still works", async () => {
    const cwd = project({});
    const { code, stderr, datastore } = await run(cwd);
    expect(code).toBe(2);
    expect(stderr).toContain(`because its file does not exist: ${path.join(fs.realpathSync(cwd), "train.json")}`);
    expect(stderr).toContain("--config cfg <file>");
    expect(fs.existsSync(path.join(datastore, "flows"))).toBe(false);
    expect((await millrace(["show", "flow.ts"], { cwd })).code).toBe(2);
    const help = await millrace(["run", "flow.ts", "--help"], { cwd });
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining("--learning-rate") });
  });

  test("may be missing where --config or --config-value replaces it, in whole", async () => {
    const cwd = project({ "other.toml": 'lr = 3\nnames = ["a"]\n' });
    expect((await run(cwd, ["--config", "cfg", "other.toml"])).stderr).toContain(SAID);
    expect((await run(cwd, ["--config-value", "cfg", VALUE, "--learning-rate", "5"])).stderr).toContain(
      '{"twice":6},5,12',
    );
    expect((await run(cwd, ["--config-value", "cfg", '{"lr": 3}'])).stderr).toContain('[{"lr":3},');
    const help = await run(cwd, ["--help", "--config", "cfg", "other.toml"]);
    expect(help.stdout).toMatch(/--learning-rate <number>.*\(default: 3\)/);
  });

  test.each([
    [["--config"], "a name and a file: no name follows --config", "--config NAME FILE"],
    [["--config", "cfg"], "a name and a file: --config cfg alone", "--config cfg FILE"],
    [["--config", "cfg", "--tag", "a"], "a name and a file: --config cfg alone", "--config cfg FILE"],
    [["--config", "--tag", "a"], "a name and a file: --tag follows --config", "--config NAME FILE"],
    [["--config", "cfg="], "a name and a file: nothing follows cfg=", "--config cfg FILE"],
    [["--config-value=cfg"], "a name and JSON: --config-value cfg alone", "--config-value cfg JSON"],
    [["--config-value", "cfg", "-d"], "a name and JSON: --config-value cfg alone", "--config-value cfg JSON"],
  ])("is given with %j, half of what is wanted: that says the form", async (args, seen, form) => {
    const { code, stderr } = await run(project({ "train.json": VALUE }), args);
    expect(code).toBe(2);
    expect(stderr).toContain(`it takes ${seen}\n  hint: write ${form}, as in `);
  });

  test("may be a negative number, which is no flag", async () => {
    const text = `import { FlowSpec, config, main, step } from "millrace";
class ShiftFlow extends FlowSpec {
  @config() offset = 1;
  @step start() { console.log("offset", this.offset); this.next(this.end); }
  @step end() {}
}
main(ShiftFlow);`;
    expect((await run(project({ "flow.ts": text }), ["--config-value", "offset", "-3"])).stderr).toContain("offset -3");
  });

  test("replaces the initializer's value, and a resume keeps the origin's without the file", async () => {
    const cwd = project({
      "train.json": VALUE,
      "flow.ts": FLOW.replace("cfg!:", "cfg:").replace("[] };", "[]; old?: 1 } = { lr: 1, names: [], old: 1 };"),
    });
    expect((await run(cwd)).stderr).toContain(SAID);
    fs.rmSync(path.join(cwd, "train.json"));
    const resumed = await millrace(["resume", "flow.ts", "start"], { cwd, datastore: path.join(cwd, "runs") });
    expect(resumed).toMatchObject({ code: 0, stderr: expect.stringContaining(SAID) });
  });

  test.each([
    ["a.yaml", "# rates\nlr: 3\nnames: &n [a]\n"],
    ["a.yml", "lr: 3.0\nnames:\n  - a\n"],
    ["a.TOML", 'lr = 3\nnames = [ "a" ]\n'],
    ["a.conf", VALUE],
    ["a.json", `\uFEFF${VALUE}`],
  ])("%s is read by its ending", async (name, text) => {
    const cwd = project({ [name]: text });
    expect((await run(cwd, ["--config", "cfg", name])).stderr).toContain(SAID);
  });

  test("in another format is read by the declaration's parser", async () => {
    const parser =
      "parser: (text) => { const [lr, ...names] = text.trim().split(/ /); if (Number.isNaN(+lr)) throw new Error(`no rate: ${lr}`); return { lr: Number(lr), names }; }";
    const flow = FLOW.replace('"train.json" }', `"train.txt", ${parser} }`);
    const cwd = project({ "flow.ts": flow, "train.txt": "3 a\n", "bad.txt": "x a" });
    expect((await run(cwd)).stderr).toContain(SAID);
    const refused = await run(cwd, ["--config", "cfg", "bad.txt"]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /Cannot read the configuration cfg because its parser refuses the file: .*bad\.txt\n\s+no rate: x/,
    );
  });

  test.each([
    ["a.json", '{"lr": 3,\n "names": [1 2]}', ":2:14", "expected , or ], found 2"],
    ["b.json", '{"lr": 3,}', ":1:10", "expected a key in double quotes, found }"],
    ["c.json", "", ":1:1", "expected a value, found the end"],
    ["d.json", '{"lr": 1,\n"names": 9007199254740993}', ":2:10", "9007199254740993 would become"],
    ["e.yaml", "lr: [1,\nb: 2", ":2:1", "must be sufficiently indented and end with a ]"],
    ["f.yaml", "lr: 3\nnames: 9007199254740993", ":2:8", "9007199254740993 would become"],
    ["g.yaml", "lr: 3\nnames: !!js/function x", ":2:8", "tag"],
    ["h.toml", "lr = 3\nnames = = 2", ":2:9", "invalid value"],
    ["i.toml", "lr = 9007199254740993", ":1:6", "cannot be represented losslessly"],
    [
      "j.yaml",
      "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c]",
      ":1:1",
      "Excessive alias count",
    ],
  ])("%s with a mistake is refused with its place and what was expected", async (name, text, place, problem) => {
    const cwd = project({ [name]: text });
    const { code, stderr } = await run(cwd, ["--config", "cfg", name]);
    expect(code).toBe(2);
    expect(stderr).toContain(`Cannot read configuration cfg because`);
    expect(stderr).toContain(`${path.join(fs.realpathSync(cwd), name)}${place}\n`);
    expect(stderr).toContain(problem);
  });

  test("of another kind than the initializer's value is refused", async () => {
    const flow = FLOW.replace("cfg!: { lr: number; names: string[] }", "cfg = { lr: 1, names: [] }");
    const cwd = project({ "flow.ts": flow, "train.json": VALUE, "list.yaml": "- 1\n" });
    const { code, stderr } = await run(cwd, ["--config", "cfg", "list.yaml"]);
    expect(code).toBe(2);
    expect(stderr).toContain("Cannot use configuration cfg because it takes an object, not an array: [ 1 ]");
  });
});

describe("a value that would silently be another", () => {
  test.each([
    ["9007199254740993", "9007199254740993 would become 9007199254740992"],
    ["Infinity", "Infinity is more than a number can hold"],
    ["1e999", "1e999 is more than a number can hold"],
    ["NaN", "parameter count takes a number: 'NaN'"],
  ])("%s as a number is refused on the command line and in the environment", async (text, problem) => {
    const cwd = project({ "train.json": VALUE });
    for (const given of [
      await run(cwd, ["--count", text]),
      await run(cwd, [], { env: { MILLRACE_PARAM_COUNT: text } }),
    ]) {
      expect(given.code).toBe(2);
      expect(given.stderr).toContain(problem);
    }
  });

  test("a bigint takes integers of any size", async () => {
    const cwd = project({ "train.json": VALUE });
    expect((await run(cwd, ["--big", "9007199254740993"])).stderr).toContain('"9007199254740993"]');
  });

  test.each(["null", "[1]", "5", '{"depth": 9007199254740993}'])("%s is no object", async (text) => {
    const cwd = project({ "train.json": VALUE });
    expect(await run(cwd, ["--options", text])).toMatchObject({ code: 2, stderr: expect.stringContaining("options") });
  });

  test("Runner refuses numbers that are none", async () => {
    const cwd = project({ "train.json": VALUE });
    const runner = new Runner(path.join(cwd, "flow.ts"), { datastore: temporaryFolder() });
    await expect(runner.run({ count: NaN })).rejects.toThrow("parameter count takes a finite number, not NaN");
    await expect(runner.run({ count: Infinity })).rejects.toThrow("not Infinity");
  });

  test("a variable that sets no parameter is told, with the nearest one, and stops nothing", async () => {
    const cwd = project({ "train.json": VALUE });
    const env = { MILLRACE_PARAM_LAERNING_RATE: "9", MILLRACE_PARAM_OTHER_FLOWS: "1" };
    const { code, stderr } = await run(cwd, [], { env });
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining(SAID) });
    expect(stderr).toContain(
      "warning: MILLRACE_PARAM_LAERNING_RATE sets no parameter of this flow: did you mean MILLRACE_PARAM_LEARNING_RATE, for learningRate?",
    );
    expect(stderr).toContain("warning: MILLRACE_PARAM_OTHER_FLOWS sets no parameter of this flow\n");
  });
});

function compilerOptions(tsconfig: string): object {
  return (JSON.parse(tsconfig) as { compilerOptions: object }).compilerOptions;
}
