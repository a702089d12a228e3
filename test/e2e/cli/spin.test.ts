import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Finished, MILLRACE, millrace, tsx } from "../../rigs/harness.ts";
import { flowFolder } from "./flow-folder.ts";

const FLOW = `import fs from "node:fs";
import { type Inputs, FlowSpec, current, main, parameter, step, timeout, catchError } from "millrace";

class SpunFlow extends FlowSpec {
  @parameter() factor = 2;
  items!: number[];
  product!: number;
  total!: number;
  kept = "as it was";
  @step start() {
    this.items = [10, 20, 30];
    this.next(this.work, { foreach: "items" });
  }
  @step work(item: number) {
    console.log("working on " + item + " of " + current.originRunId);
    this.product = item * this.factor;
    this.next(this.collect);
  }
  @step collect(inputs: Inputs<SpunFlow>) {
    this.total = inputs.reduce((sum, { product }) => sum + product, 0);
    this.next(this.end);
  }
  @step end() {
    if (!fs.existsSync("fixed")) throw new Error("not fixed yet");
  }
}

main(SpunFlow);
`;

interface SpinJson {
  readonly spin: string;
  readonly status: string;
  readonly origin: { readonly run: string; readonly task: number };
  readonly next: object | null;
  readonly artifacts: readonly { name: string; value: unknown; isNew: boolean }[];
  readonly gone: readonly string[];
  readonly unlikePast: readonly string[] | null;
  readonly error: { message: string; line?: number } | null;
}

function spinJson(seen: Finished): SpinJson {
  expect(seen.stdout.trim().split("\n"), seen.stderr).toHaveLength(1);
  return JSON.parse(seen.stdout) as SpinJson;
}

function values({ artifacts }: SpinJson): Record<string, unknown> {
  return Object.fromEntries(artifacts.map(({ name, value }) => [name, value]));
}

/** A project with one run that failed in its last step. */
async function failedRun(text = FLOW): Promise<{ cwd: string; datastore: string; run: string }> {
  const cwd = flowFolder({ "flow.ts": text });
  const datastore = path.join(cwd, "store");
  const ran = await millrace(["run", "flow.ts"], { cwd, datastore });
  expect(ran.code, ran.stderr).toBe(1);
  const [run = ""] = fs.readdirSync(path.join(datastore, "flows/SpunFlow"));
  return { cwd, datastore, run };
}

function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => `${name} ${fs.statSync(path.join(folder, name)).mtimeMs}`)
    .sort();
}

describe("spin", () => {
  test("executes a step on a past task's inputs and touches no run", async () => {
    const { cwd, datastore, run } = await failedRun();
    const before = filesBelow(path.join(datastore, "flows"));
    const seen = await millrace(["spin", "flow.ts", "work"], { cwd, datastore });
    expect(seen.code, seen.stderr).toBe(0);
    expect(seen.stderr).toContain(`working on 10 of ${run}`);
    expect(seen.stdout).toMatch(/product +number .* 20\n/);
    expect(seen.stdout).not.toContain("as it was");
    expect(seen.stdout).toMatch(/succeeded work in .*, goes on to collect/);

    expect(filesBelow(path.join(datastore, "flows"))).toEqual(before);
    expect(fs.readdirSync(path.join(datastore, "spins/SpunFlow"))).toHaveLength(1);
    const status = await millrace(["status", "flow.ts", "--json"], { cwd, datastore });
    expect(JSON.parse(status.stdout)).toMatchObject({ run });
    const runs = await millrace(["runs", "flow.ts", "--json"], { cwd, datastore });
    expect(JSON.parse(runs.stdout)).toHaveLength(1);
  });

  test("takes any task of a foreach and other parameters", async () => {
    const { cwd, datastore, run } = await failedRun();
    const args = ["spin", "work", "--pathspec", `${run}/work/4`, "--factor", "7", "--json"];
    const json = spinJson(await tsx(path.join(cwd, "flow.ts"), args, { cwd, datastore }));
    expect(json).toMatchObject({ status: "succeeded", origin: { run, task: 4 }, next: { kind: "linear" } });
    expect(values(json)).toEqual({ product: 210 });
    expect(json.unlikePast).toEqual(["product"]);
  });

  test("gives a join all of its inputs and uses the code as it is now", async () => {
    const { cwd, datastore } = await failedRun();
    fs.writeFileSync(path.join(cwd, "flow.ts"), FLOW.replace("sum + product, 0)", "sum + product, 1000)"));
    const json = spinJson(await millrace(["spin", "flow.ts", "collect", "--json"], { cwd, datastore }));
    expect(values(json)).toMatchObject({ total: 1120 });
    expect(json.unlikePast).toEqual(["total"]);
  });

  test("goes at a failed task until it is mended; resume still finds the run as it was", async () => {
    const { cwd, datastore, run } = await failedRun();
    const failing = await millrace(["spin", "flow.ts", "end", "--json"], { cwd, datastore });
    expect(failing.code).toBe(1);
    expect(spinJson(failing)).toMatchObject({ status: "failed", next: null, error: { message: "not fixed yet" } });
    const told = await millrace(["spin", "flow.ts", "end"], { cwd, datastore });
    expect(told.stderr).toMatch(/not fixed yet[^]*flow\.ts:24/);

    fs.writeFileSync(path.join(cwd, "fixed"), "");
    const mended = await millrace(["spin", "flow.ts", "end"], { cwd, datastore });
    expect(mended.code, mended.stderr).toBe(0);
    expect(mended.stdout).toContain("the flow ends here");
    const resumed = await millrace(["resume", "flow.ts"], { cwd, datastore });
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stderr).toContain(`resuming SpunFlow/${run}: reuses 5 finished tasks`);

    // Of a resumed run, too: its reused tasks stand where they would have started.
    const again = spinJson(await millrace(["spin", "flow.ts", "work", "--json"], { cwd, datastore }));
    expect(again.origin.run).not.toBe(run);
    expect(values(again)).toEqual({ product: 20 });
    expect(again.unlikePast).toEqual([]);
  });

  test("executes a step with @cache, keeps its time limit, and lets @catchError conclude a dead process", async () => {
    const text = FLOW.replace("@step work", "@cache() @step work")
      .replace("@step collect", "@catchError() @step collect")
      .replace("@step end", "@timeout({ seconds: 1 }) @step end")
      .replace("timeout, catchError", "timeout, catchError, cache");
    const { cwd, datastore } = await failedRun(text);
    const cached = await millrace(["spin", "flow.ts", "work"], { cwd, datastore });
    expect(cached.stderr).toContain("working on 10");

    fs.writeFileSync(
      path.join(cwd, "flow.ts"),
      text
        .replace("this.total = inputs", 'process.kill(process.pid, "SIGKILL"); this.total = inputs')
        .replace("if (!fs", "for (;;); if (!fs"),
    );
    const caught = spinJson(await millrace(["spin", "flow.ts", "collect", "--json"], { cwd, datastore }));
    expect(caught).toMatchObject({ status: "caught", next: { kind: "linear", target: "end" } });
    const late = spinJson(await millrace(["spin", "flow.ts", "end", "--json"], { cwd, datastore }));
    expect(late).toMatchObject({ status: "failed", error: { code: "MILLRACE_TIMEOUT" } });
  });

  test("says what is wrong with the step or the task, with exit code 2", async () => {
    const { cwd, datastore, run } = await failedRun();
    for (const [args, said] of [
      [["workk"], "did you mean work?"],
      [["work", "--pathspec", `${run}/work/99`], "the step has no task 99"],
      [["work", "--pathspec", `${run}/collect/5`], "its step is collect"],
      [["work", "--pathspec", "2020"], "no run's id is, begins or ends with that"],
    ] as const) {
      const seen = await millrace(["spin", "flow.ts", ...args], { cwd, datastore });
      expect(seen.stderr).toContain(said);
      expect(seen.code).toBe(2);
    }
    const fresh = await millrace(["spin", "flow.ts", "work"], { cwd, datastore: path.join(cwd, "empty") });
    expect(fresh.code, fresh.stderr).toBe(2);

    fs.writeFileSync(
      path.join(cwd, "flow.ts"),
      FLOW.replace("this.items = [", 'throw new Error("no"); this.items = ['),
    );
    await millrace(["run", "flow.ts"], { cwd, datastore });
    const early = await millrace(["spin", "flow.ts", "collect"], { cwd, datastore });
    expect(early.stderr).toContain("no task of it has started");
    expect(early.code).toBe(2);
  });

  test("--inspect prints where the step waits for a debugger", async () => {
    const { cwd, datastore } = await failedRun();
    const child = spawn(process.execPath, [MILLRACE, "spin", "flow.ts", "work", "--inspect"], {
      cwd,
      env: { ...process.env, MILLRACE_DATASTORE: datastore },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    const url = await new Promise<string>((resolve) => {
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        const [, found] = /waits for a debugger at (ws:\/\/\S+)\n/.exec(said) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    expect(said).not.toContain("working on");
    const code = new Promise((resolve) => child.on("close", resolve));
    await letRun(url);
    expect(await code, said).toBe(0);
    expect(said).toContain("working on 10");
  });
});

/** A debugger whose user says "continue" at once. */
async function letRun(url: string): Promise<void> {
  const child = spawn(process.execPath, ["inspect", new URL(url).host], { stdio: ["pipe", "pipe", "ignore"] });
  await new Promise<void>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (/[Bb]reak/.test(text)) resolve();
    });
  });
  child.stdin.write("cont\n");
  onTestFinished(() => void child.kill());
}
