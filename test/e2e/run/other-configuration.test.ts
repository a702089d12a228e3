import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type CommandOptions, millrace, temporaryFolder } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";

interface Parts {
  readonly fields?: string;
  readonly start?: string;
  readonly end?: string;
  readonly decorator?: string;
}

/** A flow whose second step fails with the rate 0. */
function flow({ fields = "", start = "", end = "", decorator = "" }: Parts): string {
  return `
import { FlowSpec, config, includeFile, main, parameter, retry, step } from "millrace";
class RateFlow extends FlowSpec {
  @config() cfg = { lr: 0, file: "a.txt" };
  ${fields}
  ${decorator}
  @step start() { ${start}; this.next(this.train); }
  @step train() { if (this.cfg.lr === 0) throw new Error("no rate"); ${end}; this.next(this.end); }
  @step end() {}
}
main(RateFlow);
`;
}

const NEW = ["--config-value", "cfg", '{"lr": 2, "file": "b.txt"}'];

function project(text: string, files: Readonly<Record<string, string>> = {}) {
  const cwd = makeProject({ "flow.ts": text, "package.json": ESM, "tsconfig.json": STANDARD, ...files });
  const datastore = temporaryFolder();
  return (command: string, args: readonly string[] = [], options: CommandOptions = {}) =>
    millrace([command, "flow.ts", ...args], { cwd, datastore, ...options });
}

describe("a resume with another configuration", () => {
  test.each<[string, Parts, string]>([
    [
      "a field computed from it",
      { fields: "plain = this.cfg.lr * 10;", start: "console.log(this.plain)" },
      "cfg is used by the field plain, and that by start, which finished",
    ],
    [
      "a field that follows another one, by a method",
      { fields: "a = this.rate(); b = this.a + 1; rate() { return this.cfg.lr; }", start: "console.log(this.b)" },
      "cfg is used by the field b, and that by start, which finished",
    ],
    [
      "a field that an unfinished step would get from a finished one",
      { fields: "plain = this.cfg.lr * 10;", end: "console.log(this.plain)" },
      "cfg is used by the field plain, which train would get as finished steps left it: start",
    ],
    [
      "a parameter that follows it",
      { fields: "@parameter() p = this.cfg.lr;", start: "console.log(this.p)" },
      "p is used by start, which finished",
    ],
    [
      "a decorator's options",
      { decorator: "@retry(({ cfg }) => ({ times: cfg.lr }))" },
      "cfg is used by a decorator of start, which finished",
    ],
  ])("is refused where a finished step uses %s", async (_, parts, problem) => {
    const command = project(flow(parts));
    expect((await command("run")).code).toBe(1);
    const { code, stderr } = await command("resume", NEW);
    expect(stderr).toContain(
      `Cannot resume with other parameters because finished steps depend on them\n  ${problem}\n`,
    );
    expect(code).toBe(2);
    expect((await command("resume", ["start", ...NEW])).code).toBe(0);
  });

  test("takes new defaults that follow it, and keeps what the origin was given", async () => {
    const fields = `
      @config() derived = { twice: this.cfg.lr * 2 };
      @parameter() follows = this.derived.twice + 1;
      @parameter() given = this.cfg.lr;
      @parameter() apart = Math.random();
      @includeFile() text = this.cfg.file;
      unused = this.cfg.lr;`;
    const end = "console.log(JSON.stringify([this.derived, this.follows, this.given, this.text]))";
    const command = project(flow({ fields, end, start: "console.log(this.apart)" }), { "a.txt": "A", "b.txt": "B" });
    expect((await command("run", ["--given", "7"])).code).toBe(1);
    const resumed = await command("resume", NEW);
    expect(resumed.stderr).toContain('[{"twice":4},5,7,"B"]');
    expect(resumed.code).toBe(0);
  });

  test("says that the fields cannot be evaluated under the former one", async () => {
    const cwd = makeProject({ "flow.ts": flow({}), "package.json": ESM, "tsconfig.json": STANDARD });
    const options = { cwd, datastore: temporaryFolder() };
    expect((await millrace(["run", "flow.ts"], options)).code).toBe(1);
    const fields = "@parameter() first: number = (this.cfg as any).list[0];";
    fs.writeFileSync(path.join(cwd, "flow.ts"), flow({ fields }));
    const { code, stderr } = await millrace(
      ["resume", "flow.ts", "--config-value", "cfg", '{"lr": 1, "list": [1]}'],
      options,
    );
    expect(code).toBe(2);
    expect(stderr).toContain("the fields of RateFlow cannot be evaluated under the origin's: Cannot read properties");
  });
});

test("a configuration whose schema makes another value of it is resumed with that value", async () => {
  const schema = `{ "~standard": { version: 1, vendor: "own", validate: (text: unknown) =>
    typeof text === "string" ? { value: { lr: Number(text) } } : { issues: [{ message: "no text" }] } } } as const`;
  const fields = `@config({ schema: ${schema} }) rate: any = "3";`;
  const command = project(flow({ fields, end: "console.log(this.rate)" }));
  expect((await command("run")).code).toBe(1);
  const resumed = await command("resume", ["start", ...NEW]);
  expect(resumed.stderr).toContain("{ lr: 3 }");
  expect(resumed.code).toBe(0);
});

describe("check", () => {
  test("evaluates fields under the configuration, as run does", async () => {
    const fields = '@config({ file: "a.yaml" }) other!: { lr?: number }; @parameter() p = this.other.lr ?? 0.5;';
    const command = project(flow({ fields }), { "a.yaml": "lr: 1\n" });
    const { code, stdout, stderr } = await command("check");
    expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: expect.stringContaining("RateFlow is sound") });
  });

  test("judges the default that --config-value leads to", async () => {
    const command = project(flow({ fields: "@parameter({ choices: [0, 1] }) p = this.cfg.lr;" }));
    const plain = await command("check", ["--strict"]);
    const other = await command("check", ["--strict", ...NEW]);
    expect([plain.code, other.code]).toEqual([0, 2]);
  });
});

test("an initializer cannot change the configuration: check tells it, before a task would", async () => {
  const command = project(flow({ fields: "changed = (this.cfg.lr = 5);" }));
  const { code, stderr } = await command("check");
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("read only property 'lr'") });
});

test("--config with the name of a configuration that is not there tells it", async () => {
  const { stderr } = await project(flow({}))("run", ["--config", "other", "other.json"]);
  expect(stderr).toContain("Cannot set configuration other because the flow declares none of that name");
});
