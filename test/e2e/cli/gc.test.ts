import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { openDatastore, prepareDatastore } from "../../../runtime/datastore/datastore.ts";
import { ageFiles, DAY_MS, HOUR_MS, large, pictureOf, storeRun } from "../../datastore/maintenance/stored-run.ts";
import { millrace, MILLRACE } from "../../rigs/harness.ts";
import { flow, flowFolder } from "./flow-folder.ts";

/** What each run leaves is the same, so that every run finds old blobs of earlier ones. */
const REPEATS = flow(`  items = [1, 2, 3, 4, 5, 6];
  rows!: Buffer;
  all!: Buffer[];
  @step start() { this.next(this.work, { foreach: "items" }); }
  @step work(item: number) {
    this.rows = Buffer.alloc(20_000, item);
    this.next(this.join);
  }
  @step join(inputs: { rows: Buffer }[]) {
    this.all = inputs.map(({ rows }) => rows);
    this.next(this.end);
  }
  @step end() {}`);

const CACHED = REPEATS.replace("includeFile,", "includeFile, cache,").replace("@step work", "@cache() @step work");

const TAKEN = flow(`  rows!: Buffer;
  @step start() { this.next(this.work); }
  @cache() @step async work() {
    this.rows = Buffer.alloc(20_000, 7);
    if (process.env.DIES === "yes") {
      process.kill(process.ppid, "SIGKILL");
      await new Promise(() => setTimeout(() => undefined, 60_000));
    }
    this.next(this.end);
  }
  @step end() {}`).replace("includeFile,", "includeFile, cache,");

interface Project {
  readonly cwd: string;
  readonly datastore: string;
}

function project(text = REPEATS): Project {
  const cwd = flowFolder({ "flow.ts": text });
  return { cwd, datastore: path.join(cwd, "store") };
}

async function gc(at: Project, ...args: string[]) {
  const seen = await millrace(["gc", "flow.ts", ...args], at);
  return { ...seen, report: args.includes("--json") && seen.code === 0 ? JSON.parse(seen.stdout) : null };
}

async function expectSound(at: Project): Promise<void> {
  const seen = await millrace(["fsck", "flow.ts"], at);
  expect(seen.code, seen.stdout + seen.stderr).toBe(0);
}

describe("gc", () => {
  test("tells what would go, removes it, and keeps what a rule keeps", async () => {
    const at = project();
    for (let count = 0; count < 2; count += 1) expect((await millrace(["run", "flow.ts"], at)).code).toBe(0);
    ageFiles(at.datastore, 2 * HOUR_MS);
    const nothing = await gc(at);
    expect(nothing.stdout).toMatch(/^nothing to remove\nkept: 2 runs/);
    const before = pictureOf(at.datastore);
    const dry = await gc(at, "--keep", "1", "--dry-run");
    expect(dry.stdout).toMatch(/WOULD REMOVE +COUNT +SIZE\nruns +1 /);
    expect(pictureOf(at.datastore)).toEqual(before);
    const { report } = await gc(at, "--keep", "1", "--json");
    expect(report).toMatchObject({ dryRun: false, removed: { runs: { count: 1 }, blobs: { count: 0 } } });
    expect(report.runs.map(({ kept, by }: { kept: boolean; by: string[] }) => [kept, by])).toEqual([
      [false, []],
      [true, ["1"]],
    ]);
    await expectSound(at);
    expect((await millrace(["resume", "flow.ts"], at)).code).toBe(0);
    await gc(at, "--keep", "0");
    expect(fs.existsSync(path.join(at.datastore, "flows"))).toBe(false);
  });

  test.each([
    [["--keep", "sometimes"], /hold|Cannot find the run sometimes/],
    [["--keep", "30y"], /Cannot keep runs by this rule because it is not valid: "30y".*tag:NAME/s],
    [["--flow", "SampleFlo"], /did you mean SampleFlow/],
    [["--keep"], /argument missing/],
  ])("%j is wrong usage, and nothing is removed", async (args, said) => {
    const at = project();
    storeRun(openDatastore(at.datastore), { flow: "SampleFlow", run: "a-1" });
    const before = pictureOf(at.datastore);
    const seen = await gc(at, ...args);
    expect(seen.code, seen.stderr).toBe(2);
    expect(seen.stderr).toMatch(said);
    expect(pictureOf(at.datastore)).toEqual(before);
  });

  test("two at once: one works, the other refuses, nothing is lost", async () => {
    const at = project();
    fill(at);
    const both = await Promise.all([gc(at, "--keep", "b"), gc(at, "--keep", "b-1"), gc(at, "--keep", "b-1")]);
    const codes = both.map(({ code }) => code);
    expect(codes).toContain(0);
    for (const { code, stderr } of both) if (code !== 0) expect(stderr).toMatch(/another gc/);
    await expectSound(at);
    expect(openDatastore(at.datastore).runs("SampleFlow")).toEqual(["b-1"]);
  });

  test("killed while it removes, it is taken up by the next one", async () => {
    const at = project();
    fill(at);
    for (const moment of ["removing.json", "a-100", "a-150"]) {
      const child = spawn(process.execPath, [MILLRACE, "gc", "flow.ts", "--keep", "b-1"], {
        cwd: at.cwd,
        env: { ...process.env, MILLRACE_DATASTORE: at.datastore },
        stdio: "ignore",
      });
      const place = path.join(at.datastore, moment === "removing.json" ? "gc" : "flows/SampleFlow");
      fs.mkdirSync(place, { recursive: true });
      const watcher = fs.watch(place, (_, name) => {
        if (name === moment) child.kill("SIGKILL");
      });
      await once(child, "exit");
      watcher.close();
      await expectSound(at);
    }
    expect((await gc(at, "--keep", "b-1")).code).toBe(0);
    expect(openDatastore(at.datastore).runs("SampleFlow")).toEqual(["b-1"]);
    await expectSound(at);
  });

  test.each([
    ["steps that run", REPEATS],
    ["results from the cache", CACHED],
  ])("beside running flows nothing is lost, though all that they store is old and nobody's: %s", async (_, text) => {
    const at = project(text);
    expect((await millrace(["run", "flow.ts"], at)).code).toBe(0);
    for (let round = 0; round < 3; round += 1) {
      if (text === REPEATS) await gc(at, "--keep", "0");
      ageFiles(at.datastore, 2 * HOUR_MS);
      let isOver = false;
      const collecting = (async () => {
        const codes: (number | null)[] = [];
        while (!isOver) codes.push((await gc(at, "--keep", `tag:${round}`)).code);
        return codes;
      })();
      const run = await millrace(["run", "flow.ts", "--tag", String(round)], at);
      isOver = true;
      expect((await collecting).every((code) => code === 0)).toBe(true);
      expect(run.code, run.stderr).toBe(0);
      await expectSound(at);
      expect((await millrace(["dump", "flow.ts", "latest/end"], at)).code).toBe(0);
    }
  });

  describe("a result in the cache that gc removes while it is taken from there", () => {
    async function runBesideGc(env: Readonly<Record<string, string>> = {}) {
      const at = project(TAKEN);
      expect((await millrace(["run", "flow.ts"], at)).code).toBe(0);
      ageFiles(at.datastore, 2 * HOUR_MS);
      const notes = path.join(at.cwd, "notes");
      const hook = new URL("gc-before-results.mjs", import.meta.url).href;
      const gcFirst = [[MILLRACE, "gc", path.join(at.cwd, "flow.ts"), "--keep", "tag:none"], notes];
      const run = await millrace(["run", "flow.ts", "--isolation", "process"], {
        ...at,
        env: { ...env, NODE_OPTIONS: `--import ${hook}`, GC_FIRST: JSON.stringify(gcFirst) },
      });
      expect(fs.readFileSync(notes, "utf8")).toMatch(/^xxREMOVED[^]*runs +1 /);
      expect(run.stderr).not.toContain("taken from the cache");
      return { at, run };
    }

    async function isWhole(at: Project): Promise<void> {
      await expectSound(at);
      expect((await millrace(["dump", "flow.ts", "latest/end"], at)).code).toBe(0);
    }

    test("is made anew", async () => {
      const { at, run } = await runBesideGc();
      expect(run.code, run.stderr).toBe(0);
      await isWhole(at);
      expect((await millrace(["run", "flow.ts"], at)).stderr).toContain("taken from the cache");
    });

    test("is not taken over by resume from a run that was killed in the middle of that", async () => {
      const { at, run } = await runBesideGc({ DIES: "yes" });
      expect(run.signal).toBe("SIGKILL");
      const resumed = await millrace(["resume", "flow.ts"], at);
      expect(resumed.code, resumed.stderr).toBe(0);
      expect(resumed.stderr).toContain("reuses 1 finished task of start");
      await isWhole(at);
    });
  });

  function fill(at: Project): void {
    const store = openDatastore(at.datastore);
    prepareDatastore(store);
    for (let index = 0; index < 200; index += 1) {
      const run = `a-${String(index).padStart(3, "0")}`;
      storeRun(store, {
        flow: "SampleFlow",
        run,
        ageMs: 3 * DAY_MS,
        artifacts: { own: large(index), model: large(7) },
      });
    }
    storeRun(store, {
      flow: "SampleFlow",
      run: "b-1",
      artifacts: { model: large(7), own: large(0) },
      checkpoint: large(1),
    });
    ageFiles(at.datastore, 2 * HOUR_MS);
  }
});
