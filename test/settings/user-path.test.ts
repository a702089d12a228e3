import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { readSettings } from "../../runtime/settings/read-settings.ts";
import { userPath } from "../../runtime/settings/user-path.ts";
import { millrace, temporaryFolder } from "../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../rigs/project.ts";

const HOME = path.resolve("/homes/ada");

const FLOW = `
  import { config, FlowSpec, includeFile, main, secrets, step } from "millrace";
  class HomeFlow extends FlowSpec {
    @includeFile() rules = "~/rules.txt";
    @config({ file: "~/machine.json" }) machine!: { gpus: number };
    said!: string;
    @secrets({ sources: [{ type: "env-file", path: "~/secret.env" }] })
    @step start() { this.said = \`\${this.rules} \${this.machine.gpus} \${process.env.HOME_SECRET?.length}\`; this.next(this.end); }
    @step end() { console.log(this.said); }
  }
  main(HomeFlow);
`;

beforeEach(() => {
  vi.stubEnv("HOME", HOME);
});
afterEach(() => vi.unstubAllEnvs());

describe("a path that a user gives", () => {
  test.each([
    ["~", HOME],
    ["~/runs", path.join(HOME, "runs")],
    ["~/a/../b", path.join(HOME, "b")],
    ["./~/runs", path.resolve("/work/~/runs")],
    ["a~b", path.resolve("/work/a~b")],
    ["runs/~", path.resolve("/work/runs/~")],
    ["/~/runs", path.resolve("/~/runs")],
  ])("%s means %s", (text, place) => {
    expect(userPath(text, "/work")).toBe(place);
  });

  test.each(["~grace/runs", "~runs", "~+/x"])("%s is refused: only a shell knows what it means", (text) => {
    expect(() => userPath(text, "/work")).toThrow(
      expect.objectContaining({ code: "MILLRACE_USAGE", hint: expect.stringContaining(`./${text}`) }),
    );
  });
});

test("~ means home in the option, the variable and the settings that name a datastore, and in the cache's place", () => {
  const project = temporaryFolder();
  const settings = (env: Readonly<Record<string, string>>) => readSettings(env, project);
  expect(settings({}).datastoreLocation("~/given")).toBe(path.join(HOME, "given"));
  expect(settings({ MILLRACE_DATASTORE: "~/named" }).datastoreLocation(undefined)).toBe(path.join(HOME, "named"));
  fs.writeFileSync(path.join(project, "millrace.config.json"), JSON.stringify({ datastore: "~/set" }));
  expect(settings({}).datastoreLocation(undefined)).toBe(path.join(HOME, "set"));
  const store = { XDG_CACHE_HOME: "~/.store" };
  expect(settings(store).cacheFolder).toBe(path.join(HOME, ".store/millrace"));
  expect(settings({ ...store, MILLRACE_CACHE: "~/packages" }).cacheFolder).toBe(path.join(HOME, "packages"));
});

test("~ means home in every path of a flow and of a run's options, and no folder of that name is made", async () => {
  const cwd = makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": STANDARD });
  const home = temporaryFolder();
  const files = { "rules.txt": "strict", "other.txt": "mild", "machine.json": '{"gpus":2}', "more.json": '{"gpus":8}' };
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(home, name), text);
  fs.writeFileSync(path.join(home, "secret.env"), "HOME_SECRET=12345678\n");
  const env = { HOME: home, MILLRACE_DATASTORE: "" };
  const run = (...more: readonly string[]) =>
    millrace(["run", "flow.ts", "--datastore=~/store", "--run-id-file=~/id", ...more], { cwd, env });
  expect(await run()).toMatchObject({ code: 0, stderr: expect.stringContaining("strict 2 8") });
  expect(await run("--rules=~/other.txt", "--config", "machine=~/more.json")).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("mild 8 8"),
  });
  expect(fs.existsSync(path.join(home, "store/flows/HomeFlow", fs.readFileSync(path.join(home, "id"), "utf8")))).toBe(
    true,
  );
  expect(fs.readdirSync(cwd)).not.toContain("~");
});
