import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type Finished, millrace, tsx } from "../../rigs/harness.ts";
import { flow, flowFolder, SOUND } from "./flow-folder.ts";

/** What every refusal has to be: this exit code, and no stack trace of ours. */
function expectRefusal(seen: Finished, code: 1 | 2): void {
  expect(seen.code, seen.stdout + seen.stderr).toBe(code);
  expect(seen.stderr).not.toMatch(/^\s+at .*(dist|node_modules)\//m);
  expect(seen.stdout).toBe("");
}

describe("on the command line", () => {
  test("an unknown flag, and what was meant", async () => {
    const cwd = flowFolder({ "flow.ts": SOUND });
    for (const seen of [
      await tsx("./flow.ts", ["run", "--cuont", "3"], { cwd }),
      await millrace(["run", "flow.ts", "--cuont", "3"], { cwd }),
    ]) {
      expectRefusal(seen, 2);
      expect(seen.stderr).toMatch(/--cuont[^]*[Dd]id you mean --count/);
    }
  });

  test("an unknown command, and what was meant", async () => {
    const cwd = flowFolder({ "flow.ts": SOUND });
    for (const seen of [await tsx("./flow.ts", ["rn"], { cwd }), await millrace(["rn", "flow.ts"], { cwd })]) {
      expectRefusal(seen, 2);
      expect(seen.stderr).toMatch(/rn[^]*[Dd]id you mean run\?/);
    }
  });

  test("a parameter of the wrong type", async () => {
    const seen = await millrace(["run", "flow.ts", "--count", "many"], { cwd: flowFolder({ "flow.ts": SOUND }) });
    expectRefusal(seen, 2);
    expect(seen.stderr).toMatch(/Cannot read --count because parameter count takes a number: ["']many["']/);
    expect(seen.stderr).toContain("hint: its default is 1");
  });

  test("under --json the error is JSON too", async () => {
    const cwd = flowFolder({ "flow.ts": SOUND });
    const seen = await millrace(["run", "flow.ts", "--json", "--count", "many"], { cwd });
    expect(seen.code).toBe(2);
    expect(JSON.parse(seen.stdout)).toMatchObject({ error: { code: "MILLRACE_PARAMETER" } });
  });

  test("under --json an unknown flag is told as JSON too", async () => {
    const cwd = flowFolder({ "flow.ts": SOUND });
    const seen = await millrace(["run", "flow.ts", "--json", "--cuont", "3"], { cwd });
    expect(seen.code).toBe(2);
    expect(JSON.parse(seen.stdout)).toMatchObject({ error: {} });
  });

  test("an unknown step or run in resume, and a flow that never ran", async () => {
    const cwd = flowFolder({ "flow.ts": SOUND });
    const datastore = path.join(cwd, "store");
    const none = await millrace(["resume", "flow.ts"], { cwd, datastore });
    expectRefusal(none, 2);
    expect(none.stderr).toMatch(/no runs in .*store/);
    await millrace(["run", "flow.ts"], { cwd, datastore });
    const step = await millrace(["resume", "flow.ts", "edn"], { cwd, datastore });
    expectRefusal(step, 2);
    expect(step.stderr).toMatch(/no such step[^]*start, end/);
    const run = await millrace(["resume", "flow.ts", "--origin-run-id", "nope"], { cwd, datastore });
    expectRefusal(run, 2);
    expect(run.stderr).toMatch(/Cannot find the run nope/);
    const status = await millrace(["status", "flow.ts", "nope"], { cwd, datastore });
    expectRefusal(status, 2);
  });

  test("a run-id-file that cannot be written", async () => {
    const cwd = flowFolder({ "flow.ts": SOUND });
    const seen = await millrace(["run", "flow.ts", "--run-id-file", "none/id"], { cwd });
    expect(seen.code).toBe(2);
    expect(seen.stderr).toMatch(/run's id[^]*--run-id-file/);
  });
});

describe("in files", () => {
  test("an included file that is missing", async () => {
    const text = flow(`@includeFile() text = "nowhere.txt"; @step start() { this.next(this.end); } @step end() {}`);
    const seen = await millrace(["run", "flow.ts"], { cwd: flowFolder({ "flow.ts": text }) });
    expectRefusal(seen, 2);
    expect(seen.stderr).toMatch(/Cannot include the file of text[^]*nowhere\.txt[^]*--text/);
  });

  test("a flow file that is missing", async () => {
    const seen = await millrace(["run", "none.ts"], { cwd: flowFolder({}) });
    expectRefusal(seen, 2);
    expect(seen.stderr).toMatch(/does not exist: none\.ts/);
  });

  test("a flow file with a syntax error is shown with its place, by millrace and by tsx", async () => {
    const cwd = flowFolder({ "flow.ts": flow("  @step start( { this.next(this.end); }") });
    const ours = await millrace(["run", "flow.ts"], { cwd });
    expectRefusal(ours, 2);
    expect(ours.stderr).toMatch(/flow\.ts:4:\d+: Expected/);
    expect(ours.stderr).toMatch(/4 \|.*@step start/);
    // Under tsx the message is tsx's: nothing of ours has been loaded yet.
    const theirs = await tsx("./flow.ts", ["run"], { cwd });
    expect(theirs.code).toBe(1);
    expect(theirs.stderr).toMatch(/flow\.ts:4:\d+: ERROR: Expected/);
    expect(theirs.stderr).not.toContain("dist/chunks");
  });

  test("a flow that is not sound: every finding at once, each with place and fix", async () => {
    const text = flow(`  @step start() {
    (this as any).next((this as any).nd);
  }
  @step lost() {
  }
  @step end() {}`);
    const cwd = flowFolder({ "flow.ts": text });
    for (const seen of [await tsx("./flow.ts", ["run"], { cwd }), await millrace(["check", "flow.ts"], { cwd })]) {
      expectRefusal(seen, 2);
      expect(seen.stderr).toContain("2 findings");
      expect(seen.stderr).toMatch(/flow\.ts:5:\d+: .*no such step.*\n\s+fix: did you mean this\.end\?/);
      expect(seen.stderr).toMatch(/flow\.ts:7:\d+: .*never calls this\.next.*\n\s+fix: /);
    }
  });

  test("a datastore that cannot be written", async () => {
    const cwd = flowFolder({ "flow.ts": SOUND, file: "" });
    const seen = await millrace(["run", "flow.ts", "--datastore", "file/store"], { cwd });
    expectRefusal(seen, 1);
    expect(seen.stderr).toMatch(/Cannot write .*datastore[^]*file\/store[^]*--datastore/);
  });
});

describe("in a step", () => {
  test("a value that cannot be stored: its name, the path inside it, and the remedy", async () => {
    const text = flow(`  value!: unknown;
  @step start() {
    this.value = { inner: [1, () => 2] };
    this.next(this.end);
  }
  @step end() {}`);
    const seen = await millrace(["run", "flow.ts"], { cwd: flowFolder({ "flow.ts": text }) });
    expectRefusal(seen, 1);
    expect(seen.stderr).toMatch(/failed start\/1[^]*Cannot store artifact "value"[^]*value\.inner\[1\][^]*hint: /);
  });

  test("a step that ends without calling next, which only its run can show", async () => {
    const text = flow(`  @step start() {
    try { JSON.parse("{"); this.next(this.end); } catch { console.log("never mind"); }
  }
  @step end() {}`);
    const seen = await millrace(["run", "flow.ts"], { cwd: flowFolder({ "flow.ts": text }) });
    expectRefusal(seen, 1);
    expect(seen.stderr).toMatch(/Cannot go on after step start[^]*without calling this\.next[^]*hint: call this\.next/);
  });
});

test("no refusal leaves a datastore behind", async () => {
  const cwd = flowFolder({ "flow.ts": SOUND });
  const datastore = path.join(cwd, "store");
  await millrace(["run", "flow.ts", "--count", "many"], { cwd, datastore });
  expect(fs.existsSync(datastore)).toBe(false);
});
