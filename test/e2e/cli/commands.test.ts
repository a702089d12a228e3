import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { durationText } from "../../../runtime/text/duration-text.ts";
import { MILLRACE, millrace, node, ROOT, tsx, withRun } from "../../rigs/harness.ts";
import { flow, flowFolder, SOUND } from "./flow-folder.ts";

const HELLO = path.join(ROOT, "examples/hello.ts");

describe("the same commands beside tsx and as millrace", () => {
  test("help names every command; no command is help", async () => {
    const commands = ["run", "resume", "check", "show", "graph", "runs", "status", "dump", "logs"];
    for (const args of [[], ["--help"]]) {
      for (const seen of [await tsx(HELLO, args), await millrace(args), await millrace([HELLO, ...args])]) {
        expect(seen).toMatchObject({ code: 0, stderr: "" });
        for (const command of commands) expect(seen.stdout).toContain(command);
      }
    }
  });

  test("run --help shows choices, what is required, each parameter's variable, and configurations", async () => {
    const body = `  @config({ file: "train.json" }) train!: object;
  @config() limits = { gpus: 2 };
  @parameter({ choices: ["mae", "mape"], help: "what to minimise" }) loss = "mae";
  @parameter({ required: true }) learningRate!: number;
  @parameter({ env: "SEED" }) seed = 7;
  @parameter({ hidden: true }) secret = 1;
  @includeFile() notes = "flow.ts";
  @step start() { this.next(this.end); }
  @step end() {}`;
    const cwd = flowFolder({
      "flow.ts": flow(body).replace("includeFile,", "config, includeFile,"),
      "train.json": "{}",
    });
    const seen = await millrace(["run", "flow.ts", "--help"], { cwd });
    expect(seen.code, seen.stderr).toBe(0);
    const text = seen.stdout.replace(/\s+/g, " ");
    expect(text).toContain("what to minimise (default: 'mae') (one of: mae, mape) (env: MILLRACE_PARAM_LOSS)");
    expect(text).toMatch(
      /--learning-rate <\w+> parameter learningRate \(required\) \(env: MILLRACE_PARAM_LEARNING_RATE\)/,
    );
    expect(text).toContain("--seed <number> parameter seed (default: 7) (env: SEED)");
    expect(text).toContain("--notes <file> parameter notes (default: 'flow.ts') ");
    expect(text).not.toMatch(/secret|MILLRACE_PARAM_NOTES/);
    expect(seen.stdout).toContain(
      "Configurations of the flow:\n  train   file train.json\n  limits  (default: { gpus: 2 })\n  give one with --config NAME FILE or --config-value NAME JSON\n",
    );
    const none = await millrace(["run", "flow.ts"], { cwd });
    expect(none).toMatchObject({ code: 2 });
    expect(none.stderr).toContain("pass --learning-rate or set MILLRACE_PARAM_LEARNING_RATE");
  });

  test("run --help shows the flow's parameters with their help and defaults", async () => {
    const seen = await tsx(HELLO, ["run", "--help"]);
    expect(seen.code).toBe(0);
    expect(seen.stdout).toMatch(/--names <array>\s+who is greeted[^]*Ada/);
  });

  test("--version", async () => {
    const { version } = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as { version: string };
    expect((await tsx(HELLO, ["--version"])).stdout).toBe(`${version}\n`);
    expect((await millrace(["--version"])).stdout).toBe(`${version}\n`);
  });

  test("check, show and graph", async () => {
    expect((await tsx(HELLO, ["check"])).stdout).toBe("HelloFlow is sound: 4 steps\n");
    const show = await millrace(["show", HELLO]);
    for (const step of ["start", "greet", "collect", "end"]) expect(show.stdout).toContain(step);
    expect((await tsx(HELLO, ["graph"])).stdout).toMatch(/^(---[^]*)?(flowchart|graph) /);
    expect((await millrace(["graph", HELLO, "--format", "dot"])).stdout).toMatch(/^digraph [^]*start[^]*}\n$/);
    expect((await millrace(["graph", HELLO, "--format", "svg"])).stdout).toMatch(/^<svg [^]*<\/svg>\n$/);
    const json = JSON.parse((await millrace(["graph", HELLO, "--format", "json"])).stdout) as {
      steps: { name: string }[];
    };
    expect(json.steps.map(({ name }) => name)).toEqual(["start", "greet", "collect", "end"]);
    expect(JSON.parse((await millrace(["check", HELLO, "--json"])).stdout)).toMatchObject({ ok: true, findings: [] });
  });
});

describe("run", () => {
  test("--json leaves JSON alone on stdout, in every inspecting command too", async () => {
    const cwd = flowFolder({ "flow.ts": SOUND });
    const run = withRun(await millrace(["run", "flow.ts", "--json"], { cwd }));
    expect(
      run.stdout
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { type: string }).type),
    ).toEqual(["run-started", "task-started", "task-succeeded", "task-started", "task-succeeded", "run-finished"]);
    expect(run.stderr).toContain("hello from start");
    for (const command of ["runs", "status", "dump", "show"]) {
      const seen = await millrace([command, "flow.ts", "--json"], { cwd, datastore: run.datastore });
      expect(seen.code, seen.stderr).toBe(0);
      expect(() => JSON.parse(seen.stdout) as unknown).not.toThrow();
    }
  });

  test("the last line, status, runs and the journal tell one duration, from the first event to the last", async () => {
    const cwd = flowFolder({ "flow.ts": SOUND });
    const run = withRun(await millrace(["run", "flow.ts", "--json"], { cwd }));
    const ask = async (...args: string[]) => (await millrace(args, { cwd, datastore: run.datastore })).stdout;
    const tookMs = run.events.at(-1)!.time - run.events[0]!.time;
    expect(run.stderr).toContain(`succeeded SampleFlow ${run.run} in ${durationText(tookMs)} (CPU `);
    expect(await ask("status", "flow.ts")).toMatch(new RegExp(`took +${durationText(tookMs)}\n`));
    expect(await ask("runs", "flow.ts")).toContain(`  ${durationText(tookMs)}  `);
    expect(JSON.parse(await ask("status", "flow.ts", "--json"))).toMatchObject({ durationMs: tookMs });
    expect(JSON.parse(await ask("runs", "flow.ts", "--json"))).toMatchObject([{ durationMs: tookMs }]);
  });

  test("--run-id-file and --tag; a parameter by flag", async () => {
    const cwd = flowFolder({ "flow.ts": SOUND });
    const args = ["run", "flow.ts", "--run-id-file", "id.txt", "--tag", "nightly", "--tag", "team:a", "--count", "7"];
    const run = withRun(await millrace(args, { cwd }));
    expect(run.code, run.stderr).toBe(0);
    expect(fs.readFileSync(path.join(cwd, "id.txt"), "utf8").trim()).toBe(run.run);
    expect(run.summary.tags).toEqual(["nightly", "team:a"]);
    const status = await millrace(["runs", "flow.ts", "--tag", "nightly"], { cwd, datastore: run.datastore });
    expect(status.stdout).toContain(run.run);
  });

  test("--max-workers limits the tasks at once", async () => {
    const { events, code } = await millrace(["run", HELLO, "--max-workers", "1", "--json"]);
    expect(code).toBe(0);
    let [running, most] = [0, 0];
    for (const { type } of events) {
      if (type === "task-started") running += 1;
      if (type === "task-succeeded") running -= 1;
      most = Math.max(most, running);
    }
    expect(most).toBe(1);
  });

  test("writes plain lines without colours into a pipe, even where colours are asked for", async () => {
    const seen = await millrace(["run", HELLO], { env: { NO_COLOR: "" } });
    expect(seen.code).toBe(0);

    expect(seen.stdout + seen.stderr).not.toMatch(/\u001b/);
    expect(seen.stderr).toMatch(/✓ greet: 3\/3 done/);
  });

  test("draws its progress live on a terminal", ({ skip }) => {
    if (spawnSync("script", ["--version"]).error !== undefined) skip("the program script of util-linux is not there");
    const cwd = flowFolder({ "flow.ts": SOUND });
    // A terminal without a window has no size, and nothing is drawn on none.
    const line = `stty cols 100 rows 30; "${process.execPath}" "${MILLRACE}" run flow.ts`;
    const env: NodeJS.ProcessEnv = { ...process.env, TERM: "xterm", MILLRACE_DATASTORE: path.join(cwd, "store") };
    delete env["NO_COLOR"];
    delete env["CI"];
    const { status, stdout } = spawnSync("script", ["-qec", line, "/dev/null"], {
      cwd,
      env,
      encoding: "utf8",
      timeout: 100_000,
      input: "",
    });
    expect(status, stdout).toBe(0);

    expect(stdout).toMatch(/\u001b\[/);
    expect(stdout).toMatch(/█+.* 1\/1/);
    expect(stdout).toContain("elapsed");
  });

  test("works where folder, file and datastore have spaces and Unicode in their names", async () => {
    const cwd = flowFolder({ "mein Fluß – 流.ts": SOUND }, "Ordner mit Lücke 工");
    const datastore = path.join(cwd, "läufe & more");
    for (const start of [
      () => tsx("./mein Fluß – 流.ts", ["run"], { cwd, datastore }),
      () => millrace(["run", "mein Fluß – 流.ts"], { cwd, datastore }),
    ]) {
      const seen = await start();
      expect(seen.code, seen.stderr).toBe(0);
      expect(seen.stderr).toContain("hello from start");
    }
    expect(fs.readdirSync(path.join(datastore, "flows/SampleFlow"))).toHaveLength(2);
  });

  test("two runs at once share a datastore", async () => {
    const cwd = flowFolder({ "flow.ts": SOUND });
    const datastore = path.join(cwd, "store");
    const seen = await Promise.all(
      ["1", "2"].map((count) => millrace(["run", "flow.ts", "--count", count], { cwd, datastore })),
    );
    expect(seen.map(({ code }) => code)).toEqual([0, 0]);
    expect(fs.readdirSync(path.join(datastore, "flows/SampleFlow"))).toHaveLength(2);
    const runs = await node([MILLRACE, "runs", "flow.ts"], { cwd, datastore });
    expect(runs.stdout.match(/succeeded/g)).toHaveLength(2);
  });
});
