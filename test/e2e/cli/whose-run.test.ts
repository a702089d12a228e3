import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type CommandOptions, type Finished, folderOfFile, millrace, withRun } from "../../rigs/harness.ts";
import { flow, flowFolder } from "./flow-folder.ts";

const FAILING = flow(`  value!: string;
  @step start() {
    this.value = process.env["SAYS"] ?? "";
    console.log("said " + this.value);
    this.next(this.end);
  }
  @step end() {
    if (this.value === "wrong") throw new Error("wrong");
  }`);
const IN_PROJECT = FAILING.replace("\nclass", '\n@project({ name: "fraud" })\nclass').replace(
  "main,",
  "main, project,",
);

interface Place {
  readonly cwd: string;
  readonly datastore: string;
}

/** A command of one user on `flow.ts`. */
function as(user: string, words: readonly string[], { env, ...at }: Place & CommandOptions): Promise<Finished> {
  const [command = "", ...rest] = words;
  const named = /^(runs|tag)$/.test(command) ? [command, ...rest] : [command, "flow.ts", ...rest];
  return millrace(named, { ...at, env: { MILLRACE_USER: user, ...env } });
}

async function ran(user: string, says: string, at: Place & { args?: readonly string[] }): Promise<string> {
  return withRun(await as(user, ["run", ...(at.args ?? [])], { ...at, env: { SAYS: says } })).run;
}

describe("two users share a datastore", () => {
  let at: Place;
  const runs: string[] = [];
  beforeAll(async () => {
    at = { cwd: flowFolder({ "flow.ts": FAILING }), datastore: path.join(folderOfFile(), "store") };
    for (const [user, says] of [
      ["ada", "one"],
      ["ada", "wrong"],
      ["bob", "two"],
      ["bob", "three"],
    ] as const)
      runs.push(await ran(user, says, at));
  });

  test.each([
    ["ada", ["status", "--json"], 1],
    ["ada", ["status", "latest~1", "--json"], 0],
    ["ada", ["status", "latest:any", "--json"], 3],
    ["bob", ["status", "latest:any~2", "--json"], 1],
    ["ada", ["dump", "latest~1/end", "--json"], 0],
    ["ada", ["tag", "list", "latest:any~1", "--json"], 2],
  ])("%s reads their own run, or the one named: %j", async (user, words, index) => {
    const seen = await as(user, words, at);
    expect(seen.code, seen.stderr).toBe(0);
    expect(JSON.parse(seen.stdout)).toMatchObject({ run: runs[index] });
  });

  test("logs, diff and gc take the same forms", async () => {
    expect((await as("ada", ["logs", "latest/start"], at)).stdout).toContain("said wrong");
    expect((await as("ada", ["logs", "latest:any/start"], at)).stdout).toContain("said three");
    const diff = await as("bob", ["diff", "latest:any~3", "latest~1", "--json"], at);
    expect(JSON.parse(diff.stdout)).toMatchObject({ runs: [{ run: runs[0] }, { run: runs[2] }] });
    const kept = (text: string) => expect.objectContaining({ run: text, kept: true }) as unknown;
    const gc = await as("ada", ["gc", "--keep", "latest", "--keep", "latest:any", "--dry-run", "--json"], at);
    expect(JSON.parse(gc.stdout)).toMatchObject({ runs: expect.arrayContaining([kept(runs[1]!), kept(runs[3]!)]) });
  });

  test("a resume without a run takes one's own, though another's is later", async () => {
    const own = await as("ada", ["resume", "--dry-run", "--json"], at);
    expect(JSON.parse(own.stdout)).toMatchObject({ origin: runs[1], reusedSteps: ["start"] });
    const any = await as("ada", ["resume", "--origin-run-id", "latest:any", "--dry-run", "--json"], at);
    expect(JSON.parse(any.stdout)).toMatchObject({ origin: runs[3], reusedSteps: ["start", "end"] });
    const spun = await as("bob", ["spin", "start", "--pathspec", "latest~1/start", "--json"], at);
    expect(JSON.parse(spun.stdout)).toMatchObject({ origin: { run: runs[2] } });
  });

  test.each([
    [["resume"], "--origin-run-id latest:any"],
    [["spin", "start"], "--pathspec latest:any"],
    [["status"], "latest:any"],
    [["jobs", "list", "flow.ts", "--run", "latest", "--engine", "docker"], "--run latest:any"],
  ])("who has no run of their own reads whose there are and how to take one: %j", async (words, how) => {
    const seen = await (words[0] === "jobs"
      ? millrace(words, { ...at, env: { MILLRACE_USER: "eve" } })
      : as("eve", words, at));
    expect(seen.code).toBe(2);
    expect(seen.stderr).toContain("Cannot find the run latest of SampleFlow because none of its runs is by eve\n");
    expect(seen.stderr).toMatch(
      new RegExp(`\\n +${runs[3]} {2}by bob, 20\\d\\d-.* \\(just now\\)\\n +${runs[2]} {2}by bob`),
    );
    expect(seen.stderr).toMatch(new RegExp(`or take anybody's latest run: ${how}\n`));
  });

  test.each([
    ["latest~9", 2, "there are only 2 runs by ada"],
    ["latest:mine", 2, "did you mean latest?"],
    ["latest-1", 2, "did you mean latest~1?"],
  ])("a wrong form is answered: %s", async (text, code, answer) => {
    const seen = await as("ada", ["status", text], at);
    expect(seen.code).toBe(code);
    expect(seen.stderr).toContain(answer);
  });
});

describe("the branches of a project", () => {
  let at: Place;
  const runs: string[] = [];
  beforeAll(async () => {
    at = { cwd: flowFolder({ "flow.ts": IN_PROJECT }), datastore: path.join(folderOfFile(), "store") };
    runs.push(await ran("ada", "own", at));
    runs.push(await ran("ada", "wrong", { ...at, args: ["--branch", "fast"] }));
    runs.push(await ran("ada", "prod", { ...at, args: ["--production"] }));
  });

  test.each([
    [[], 0],
    [["--branch", "fast"], 1],
    [["--production"], 2],
  ])("status %j and a resume look there", async (where, index) => {
    const status = await as("ada", ["status", "--json", ...where], at);
    expect(JSON.parse(status.stdout)).toMatchObject({ run: runs[index] });
    const resume = await as("ada", ["resume", "--dry-run", "--json", ...where], at);
    expect(JSON.parse(resume.stdout)).toMatchObject({ origin: runs[index] });
  });

  test("a branch without runs lists those of the others", async () => {
    const seen = await as("ada", ["resume", "--branch", "slow"], at);
    expect(seen.code).toBe(2);
    expect(seen.stderr).toContain("because none of its runs is by ada on the branch test.slow\n");
    expect(seen.stderr).toMatch(new RegExp(`${runs[2]} {2}by ada on prod, .*\\n +${runs[1]} {2}by ada on test.fast, `));
  });

  test("a failed run on a branch says how to go on there", async () => {
    const seen = await as("ada", ["run", "--branch", "fast"], { ...at, env: { SAYS: "wrong" } });
    expect(seen.stderr).toMatch(/go on: +millrace flow\.ts resume --branch fast\n|go on: .* resume --branch fast\n/);
    const resumed = await as("ada", ["resume", "--branch", "fast", "--dry-run", "--json"], at);
    expect(JSON.parse(resumed.stdout)).toMatchObject({ origin: withRun(seen).run });
  });
});

test("a branch of a flow without a project is refused before a run is looked for", async () => {
  const cwd = flowFolder({ "flow.ts": FAILING });
  const at = { cwd, datastore: path.join(cwd, "store") };
  await ran("ada", "one", at);
  const seen = await as("ada", ["resume", "--branch", "fast"], at);
  expect(seen.code).toBe(2);
  expect(seen.stderr).toContain("Cannot choose branch fast because SampleFlow does not belong to a project");
});
