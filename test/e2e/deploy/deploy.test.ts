import fs from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import {
  type CommandOptions,
  type Finished,
  folderOfFile,
  millrace,
  temporaryFolder,
  tsx,
} from "../../rigs/harness.ts";
import { type StartedCommand, startMillrace } from "../../rigs/started-command.ts";
import { ESM, LEGACY, makeProject, STANDARD } from "../../rigs/project.ts";

const FLOW = `import { FlowSpec, includeFile, main, parameter, queue, schedule, step, trigger } from "millrace";
@schedule({ cron: "0 6 * * *", timezone: "Europe/Berlin" })
@trigger({ event: "rates-arrived", parameters: { day: "date" } })
@queue({ name: "nightly", priority: 5 })
class ScoreFlow extends FlowSpec {
  @parameter() date = "today";
  @parameter() size = 1;
  @parameter() days: string[] = [];
  @parameter() name = "a name";
  @includeFile() rules = "rules.txt";
  @step start() { this.next(this.end); }
  @step end() { console.log(this.date); }
}
console.log("the module is loaded");
main(ScoreFlow);
`;

interface Place extends CommandOptions {
  readonly cwd: string;
  readonly datastore: string;
}

function project(files: Readonly<Record<string, string>> = {}, datastore = temporaryFolder()): Place {
  const all = { "flow.ts": FLOW, "rules.txt": "be kind", "package.json": ESM, "tsconfig.json": STANDARD, ...files };
  return { cwd: makeProject(all), datastore, env: { MILLRACE_USER: "ada" } };
}

function deploy(at: Place, args: readonly string[], file = "./flow.ts"): Promise<Finished> {
  return tsx(file, ["deploy", ...args], at);
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into what commands print
function json(done: Finished): any {
  return JSON.parse(done.stdout.trim().split("\n").at(-1) ?? "");
}

function keysIn(datastore: string): string[] {
  return fs.existsSync(datastore) ? (fs.readdirSync(datastore, { recursive: true }) as string[]).sort() : [];
}

describe.each([
  ["standard", STANDARD],
  ["legacy", LEGACY],
])("deploy, with decorators of the %s dialect", (_, tsconfig) => {
  test("makes a version, which keeps what was given and what the class says", async () => {
    const at = project({ "tsconfig.json": tsconfig });
    const given = ["--size", "3", "--days", "mon", "--days", "tue", "--rules", "other.txt", "--tag", "t", "--json"];
    fs.writeFileSync(path.join(at.cwd, "other.txt"), "be firm");
    const done = await deploy({ ...at, env: { ...at.env, MILLRACE_PARAM_NAME: "x" } }, ["local", ...given]);
    expect(done.code, done.stderr).toBe(0);
    expect(json(done)).toMatchObject({
      ...{ deployment: "ScoreFlow", version: 1, target: "local", username: "ada", tags: ["t"], isPaused: false },
      parameters: { size: "3", days: "mon,tue", name: "x" },
      queue: { name: "nightly", priority: 5 },
      triggers: { schedules: [{ cron: "0 6 * * *", next: expect.stringMatching(/T0[45]:00:00/) }] },
    });
    const again = await deploy(at, ["local"]);
    expect(again.stdout).toContain("deployed ScoreFlow, version 2, to local");
    expect(again.stdout).toMatch(/at 0 6 \* \* \* Europe\/Berlin, next \d{4}-\d\d-\d\d 06:00\+0[12]:00/);
    const run = (await millrace(["deployment", "trigger", "ScoreFlow"], at)).stdout.trim();
    const store = openDatastore(at.datastore);
    expect(store.record("ScoreFlow", run).document()).toMatchObject({ deployment: { name: "ScoreFlow", version: 2 } });
  });
});

test("--only-spec prints one document and writes nothing, into a file where it is told to", async () => {
  const at = project();
  const before = keysIn(at.datastore);
  const done = await millrace(["deploy", "flow.ts", "local", "--only-spec", "--name", "n"], at);
  expect(done.code, done.stderr).toBe(0);
  expect(JSON.parse(done.stdout)).toMatchObject({ deployment: "n", version: 1, flow: "ScoreFlow" });
  const file = await millrace(["deploy", "flow.ts", "local", "--only-spec", "--out", "spec.json"], at);
  expect([file.code, file.stdout]).toEqual([0, ""]);
  expect(JSON.parse(fs.readFileSync(path.join(at.cwd, "spec.json"), "utf8")).version).toBe(1);
  expect(keysIn(at.datastore)).toEqual(before);
});

test("a project's deployment is called after its branch, and each branch has its own", async () => {
  const source = FLOW.replace("@queue", '@project({ name: "fraud" })\n@queue').replace(
    "parameter,",
    "parameter, project,",
  );
  const at = project({ "flow.ts": source });
  expect(json(await deploy(at, ["local", "--json"])).deployment).toBe("fraud.user.ada.ScoreFlow");
  expect(json(await deploy(at, ["local", "--json", "--production"])).deployment).toBe("fraud.prod.ScoreFlow");
  const listed = JSON.parse((await millrace(["deployments", "--json"], at)).stdout) as { name: string }[];
  expect(listed.map(({ name }) => name)).toEqual(["fraud.prod.ScoreFlow", "fraud.user.ada.ScoreFlow"]);
});

describe("is refused, and leaves nothing:", () => {
  const cases: readonly [string, string, readonly string[], RegExp][] = [
    ["a target that does not exist", FLOW, ["lokal"], /did you mean local\?/],
    ["a value of another type", FLOW, ["local", "--size", "big"], /parameter size takes a number: 'big'/],
    ["a name that is none", FLOW, ["local", "--name", "a/b"], /the name of a deployment is 1 to 100/],
    [
      "a cron that never fires",
      FLOW.replace("0 6 * * *", "0 6 31 2 *"),
      ["local"],
      /its cron "0 6 31 2 \*" cannot be used: it never fires/,
    ],
    [
      "a time zone that does not exist",
      FLOW.replace("Europe/Berlin", "Europe/Berlim"),
      ["local"],
      /no time zone "Europe\/Berlim"[^]*did you mean Europe\/Berlin\?/,
    ],
    [
      "a required parameter without a value",
      FLOW.replace('@parameter() date = "today";', "@parameter({ required: true }) date!: string;"),
      ["local"],
      /parameter date is required, and the schedule 0 6 \* \* \* gives it no value/,
    ],
    [
      "a flow that follows itself",
      FLOW.replace("@queue", '@triggerOnFinish({ flow: "ScoreFlow" })\n@queue').replace(
        "step,",
        "step, triggerOnFinish,",
      ),
      ["local"],
      /ScoreFlow → ScoreFlow/,
    ],
  ];
  test.each(cases)("%s", async (_, source, args, said) => {
    const at = project({ "flow.ts": source });
    const done = await deploy(at, args);
    expect([done.code, done.stdout.replace("the module is loaded\n", "")]).toEqual([2, ""]);
    expect(done.stderr).toMatch(said);
    expect(keysIn(at.datastore).filter((key) => key.startsWith("deployments"))).toEqual([]);
  });
});

describe("a deployment", () => {
  let at: Place;
  const call = (...words: string[]) => millrace(words, at);
  beforeAll(async () => {
    const made = makeProject({ "flow.ts": FLOW, "rules.txt": "", "package.json": ESM, "tsconfig.json": STANDARD });
    const kept = folderOfFile();
    fs.cpSync(made, kept, { recursive: true });
    at = { cwd: kept, datastore: folderOfFile(), env: { MILLRACE_USER: "ada" } };
    for (const size of ["1", "2"]) {
      const done = await deploy(at, ["local", "--size", size]);
      expect(done.code, done.stderr).toBe(0);
    }
  });

  test("of another user is changed only by who takes it over", async () => {
    const bob = { ...at, env: { MILLRACE_USER: "bob" } };
    for (const args of [
      ["pause", "ScoreFlow"],
      ["rollback", "ScoreFlow"],
      ["remove", "ScoreFlow"],
    ]) {
      const done = await millrace(["deployment", ...args], bob);
      expect([done.code, done.stderr]).toEqual([2, expect.stringContaining("it belongs to another user: ada")]);
    }
    expect((await deploy(bob, ["local"])).stderr).toContain("--take-over makes it yours; --name deploys beside it");
    expect((await millrace(["deployment", "pause", "ScoreFlow", "--take-over"], bob)).code).toBe(0);
    expect((await call("deployment", "unpause", "ScoreFlow")).stderr).toContain("another user: bob");
    expect((await call("deployment", "unpause", "ScoreFlow", "--take-over")).code).toBe(0);
  });

  test("is triggered by hand with parameters, and the run waits for a scheduler under the id that is printed", async () => {
    const done = await call("deployment", "trigger", "ScoreFlow", "--date", "2026-03-01", "--size=9");
    expect(done.code, done.stderr).toBe(0);
    const run = done.stdout.trim();
    expect(done.stderr).toContain(`ScoreFlow/${run} is pending, as no scheduler is alive`);
    expect((await call("status", `ScoreFlow/${run}`)).stdout).toContain("pending");
    const [first] = JSON.parse((await call("deployment", "runs", "ScoreFlow", "--json")).stdout);
    expect(first).toMatchObject({ run, version: 2, cause: "by hand", status: "pending" });
    expect(first.parameters).toEqual({ date: "2026-03-01", size: "9" });
  });

  test.each([
    [["--dat", "x"], /did you mean --date\?/],
    [["--size", "big"], /parameter size takes a number/],
    [["alone"], /a word stands alone: "alone"/],
  ])("is not triggered with %j", async (words, said) => {
    const done = await call("deployment", "trigger", "ScoreFlow", ...words);
    expect([done.code, done.stdout]).toEqual([2, ""]);
    expect(done.stderr).toMatch(said);
  });

  test("goes back to the version before, and is shown with its history", async () => {
    expect((await call("deployment", "rollback", "ScoreFlow")).stdout).toContain("ScoreFlow is back at version 1");
    expect((await call("deployment", "rollback", "ScoreFlow")).stderr).toContain("no version came before version 1");
    expect((await call("deployment", "rollback", "ScoreFlow", "7")).stderr).toContain("there are 1, 2");
    const shown = JSON.parse((await call("deployment", "show", "ScoreFlow", "--json")).stdout);
    expect(shown).toMatchObject({ version: 1, owner: "ada", current: { parameters: { size: "1" } } });
    expect(shown.moves.map(({ action }: { action: string }) => action).slice(0, 2)).toEqual(["deploy", "deploy"]);
    expect((await call("deployment", "show", "ScoreFlow")).stdout).toMatch(/1 {2}current/);
  });

  test("is backfilled: a run for each instant, each once, by the clock of its schedule", async () => {
    const span = ["--from", "2026-03-28", "--to", "2026-03-31", "--max-active", "1"];
    const first = json(await call("deployment", "backfill", "ScoreFlow", ...span, "--json"));
    expect(first.runs.map(({ instant }: { instant: string }) => instant.slice(5, 16))).toEqual([
      ...["03-28T05:00", "03-29T04:00", "03-30T04:00"],
    ]);
    const again = json(await call("deployment", "backfill", "ScoreFlow", ...span, "--json"));
    expect(again.runs.map(({ run }: { run: string }) => run)).toEqual(
      first.runs.map(({ run }: { run: string }) => run),
    );
    expect(again.runs.every(({ isNew }: { isNew: boolean }) => !isNew)).toBe(true);
    const wrong = await call("deployment", "backfill", "ScoreFlow", "--from", "2026-03-31", "--to", "2026-03-28");
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("--from is not before --to")]);
  });

  test("is in schedules, which say that no scheduler is alive, and simulate both edges of summer time", async () => {
    const done = await call("schedules", "--next", "2", "--json");
    expect([done.code, json(done).instants.map(({ status }: { status: string }) => status)]).toEqual([
      1,
      ["dead", "dead"],
    ]);
    const simulated = await call("schedules", "--simulate", "2026-03-28", "2026-03-30");
    expect(simulated.code).toBe(0);
    expect(simulated.stdout).toMatch(/2026-03-28 06:00\+01:00[^]*2026-03-29 06:00\+02:00/);
    expect((await call("schedules", "--simulate", "2026-03-28")).stderr).toContain("it takes two times");
  });

  test("that does not exist is told with the nearest name", async () => {
    const done = await call("deployment", "show", "ScorFlow");
    expect([done.code, done.stderr]).toEqual([2, expect.stringContaining("did you mean ScoreFlow?")]);
  });

  test("that was removed is listed no more; its runs and versions stay", async () => {
    expect((await call("deployment", "remove", "ScoreFlow")).code).toBe(0);
    expect((await call("deployments")).stdout).toBe("");
    expect(JSON.parse((await call("deployment", "runs", "ScoreFlow", "--json")).stdout)).toHaveLength(4);
    expect((await call("fsck")).code).toBe(0);
    expect(json(await deploy(at, ["local", "--json"])).version).toBe(3);
  });
});

test(
  "of two deploys at once the later one is told who was first, and its version stays",
  { timeout: 300_000 },
  async () => {
    const at = project();
    const slow = await stoppedWhilePreparing(at);
    const first = await deploy(at, ["local", "--size", "2", "--json"]);
    expect(json(first), first.stderr).toMatchObject({ version: 1 });
    slow.child.kill("SIGCONT");
    expect(await slow.exit(), slow.text()).toEqual({ code: 2, signal: null });
    expect(slow.text()).toMatch(
      /it was changed meanwhile: ada on .* deployed version 1[^]*deployment rollback ScoreFlow 2/,
    );
    const shown = json(await millrace(["deployment", "show", "ScoreFlow", "--json"], at));
    expect(shown).toMatchObject({ version: 1, versions: [{ version: 1 }, { version: 2 }] });
  },
);

/** A deploy that has seen no deployment, and has made no version yet. */
async function stoppedWhilePreparing(at: Place): Promise<StartedCommand> {
  const has = (folder: string) => fs.existsSync(path.join(at.datastore, folder));
  for (let tries = 0; tries < 10; tries += 1) {
    const command = startMillrace(["deploy", "flow.ts", "local", "--size", "1"], at);
    // Blobs of the release come after the look at the deployment.
    while (!has("blobs") && command.child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 1));
    command.child.kill("SIGSTOP");
    if (!has("deployments")) return command;
    command.child.kill("SIGKILL");
    await command.exit();
    fs.rmSync(at.datastore, { recursive: true });
  }
  throw new Error("it was never stopped in time");
}
