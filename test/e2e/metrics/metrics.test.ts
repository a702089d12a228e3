import fs from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Run } from "../../../sdk/client/index.ts";
import { millrace, tsx } from "../../rigs/harness.ts";
import { ESM, LEGACY, makeProject } from "../../rigs/project.ts";

const FLOW = `import { FlowSpec, cache, catchError, current, main, parameter, retry, step, type Inputs } from "millrace";
import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

class FitFlow extends FlowSpec {
  @parameter() rate = 1;
  @parameter() how = "well";
  rates = [3, 1, 2];
  problem: Error | undefined;
  @step start() { this.next(this.fit, { foreach: "rates" }); }
  @retry({ times: 1, delay: "0s" })
  @step async fit(rate: number) {
    for (let epoch = 0; epoch < 5; epoch += 1) current.log({ loss: (this.rate * rate) / (epoch + 1), accuracy: epoch / 5 });
    if (this.index === 1 && current.attempt === 0) { current.log({ loss: NaN }); throw new Error("diverged"); }
    await sleep(rate * 30);
    this.next(this.collect);
  }
  @step collect(inputs: Inputs<FitFlow>) { this.next(this.known); }
  @cache() @step known() { current.log({ known: 7 }, { step: 4 }); this.next(this.risks); }
  @catchError({ as: "problem" })
  @step risks() { current.log({ risk: 1 }); throw new Error("no luck"); this.next(this.last); }
  @step async last() {
    if (this.how !== "quiet") current.log({ loss: this.rate / 10, ["test/\\u001b[31mf1"]: 0.5 }, { step: 100 });
    const block = () => { const until = Date.now() + 1000; while (Date.now() < until); };
    if (this.how === "killed") { for (let row = 0; row < 10; row += 1) current.log({ rows: row }); block(); process.kill(process.pid, "SIGKILL"); block(); }
    if (this.how === "exits") { for (let row = 0; row < 3000; row += 1) current.log({ rows: row }); process.exit(3); }
    if (this.how === "throws") { for (let row = 0; row < 3000; row += 1) current.log({ rows: row }); throw new Error("bad"); }
    if (this.how === "wrong") (current.log as (...args: unknown[]) => void)({ loss: "0.3" });
    while (this.how === "waits" && !fs.existsSync(process.env.GO!)) await sleep(50);
    this.next(this.end);
  }
  @step end() {}
}
main(FitFlow);
`;

interface Project {
  readonly cwd: string;
  readonly datastore: string;
  run(...args: string[]): ReturnType<typeof tsx>;
  /** The output of `runs`. */
  runs(...args: string[]): ReturnType<typeof millrace>;
}

function project(): Project {
  const cwd = makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": LEGACY });
  const datastore = path.join(cwd, "store");
  const env = { GO: path.join(cwd, "go") };
  return {
    ...{ cwd, datastore },
    run: (...args) => tsx("./flow.ts", args, { cwd, datastore, env }),
    runs: (...args) => millrace(["runs", "flow.ts", ...args], { cwd, datastore }),
  };
}

test("what tasks log is read by task, attempt and run, also from a resumed run and of a cached task", async () => {
  const { datastore, run, runs } = project();
  const first = await run("run", "--how", "throws");
  expect(first.code, first.stderr).toBe(1);
  const failed = await Run.get("FitFlow/latest", { datastore });
  const [, second] = await failed.step("fit").tasks().toArray();
  const { loss, accuracy } = (await second?.metrics()) ?? {};
  expect(loss).toMatchObject({ steps: [0, 1, 2, 3, 4], values: [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5] });
  expect(loss?.times.every((time) => time >= failed.startedAt.getTime())).toBe(true);
  expect(accuracy?.values).toEqual([0, 0.2, 0.4, 0.6, 0.8]);
  const [attempt] = (await second?.attempts()) ?? [];
  expect((await attempt?.metrics())?.["loss"]?.values.at(-1)).toBeNaN();
  expect(await second?.metrics({ attempt: 0 })).toEqual(await attempt?.metrics());
  await expect(second?.metrics({ attempt: 7 })).rejects.toThrow("Cannot read the metrics of attempt 7 of");
  expect((await (await failed.step("risks").task()).metrics())["risk"]?.values).toEqual([1]);
  expect((await (await failed.step("last").task()).metrics())["rows"]?.values).toHaveLength(3000);
  expect(await (await failed.step("start").task()).metrics()).toEqual({});
  const ofAll = await failed.metrics();
  expect(ofAll["loss"]).toMatchObject({ tasks: ["fit/2", "fit/3", "fit/4", "last/8"], values: [0.6, 0.2, 0.4, 0.1] });
  expect(ofAll["known"]).toMatchObject({ tasks: ["known/6"], steps: [4], values: [7] });

  const resumed = await run("resume", "--how", "quiet");
  expect(resumed.code, resumed.stderr).toBe(0);
  const again = await Run.get("FitFlow/latest", { datastore });
  expect((await again.metrics())["loss"]).toMatchObject({
    tasks: ["fit/2", "fit/3", "fit/4"],
    values: [0.6, 0.2, 0.4],
  });
  expect((await run("run", "--how", "quiet")).code).toBe(0);
  const fresh = await run("run", "--how", "quiet");
  expect(fresh.stderr + fresh.stdout).toContain("taken from the cache");
  const cached = await Run.get("FitFlow/latest", { datastore });
  expect((await (await cached.step("known").task()).metrics())["known"]).toMatchObject({ steps: [4], values: [7] });
  expect((await cached.metrics())["known"]?.values).toEqual([7]);

  // Which of them logs last is a matter of time.
  const anyLoss = expect.toBeOneOf([0.6, 0.2, 0.4]) as number;
  const listed = JSON.parse((await runs("--metric", "loss", "--metric", "known", "--json")).stdout) as unknown[];
  expect(listed).toMatchObject([
    { metrics: { loss: anyLoss, known: 7 } },
    { metrics: { loss: anyLoss, known: 7 } },
    { metrics: { loss: anyLoss, known: 7 } },
    { metrics: { loss: 0.1, known: 7 } },
  ]);
  const fsck = await millrace(["fsck", "--datastore", datastore]);
  expect(fsck.code, fsck.stdout).toBe(0);
});

test("a run's value is the one logged last, and runs are sorted by it", async () => {
  const { run, runs, datastore, cwd } = project();
  for (const rate of ["2", "1", "3"]) expect((await run("run", "--rate", rate)).code).toBe(0);
  expect((await run("run", "--how", "wrong", "--rate", "4")).code).toBe(1);
  const losses = async (...args: string[]) => {
    const { stdout, stderr } = await runs(...args, "--json");
    expect(stderr).toBe("");
    return (JSON.parse(stdout) as { metrics: { loss?: number } }[]).map(({ metrics }) => metrics.loss);
  };
  expect(await losses("--metric", "loss")).toEqual([0.4, 0.3, 0.1, 0.2]);
  expect(await losses("--sort", "metric:loss")).toEqual([0.1, 0.2, 0.3, 0.4]);
  expect(await losses("--sort", "-metric:loss", "--limit", "2")).toEqual([0.4, 0.3]);
  const { stdout } = await runs("--sort", "metric:loss", "--metric", "test/\u001b[31mf1");
  expect(stdout).toMatch(/ TASKS +test\/\\x1b\[31mf1 +loss\n.* 0\.5 +0\.1\n/);
  const shown = await millrace(["status", "flow.ts", "latest/fit"], { cwd, datastore });
  expect(shown.stdout).toMatch(/metrics +.*loss 0\.4 \(step 100\)/);
  expect(shown.stdout).toMatch(/^fit\/2 3 +loss 2\.4 \(step 4\), accuracy 0\.8 \(step 4\)$/m);
  const dumped = await millrace(["dump", "flow.ts", "latest/fit/2"], { cwd, datastore });
  expect(dumped.stdout).toContain("metrics  loss 2.4 (step 4), accuracy 0.8 (step 4)");

  const typo = await runs("--metric", "los");
  expect([typo.code, typo.stderr]).toEqual([
    2,
    expect.stringMatching(
      /Cannot show the metric los because no run listed has logged it\n.*accuracy.*\n.*did you mean loss\?/,
    ),
  ]);
  const bare = await runs("--sort", "loss");
  expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining("did you mean --sort metric:loss?")]);
});

test("no call is lost to a kill a second later, an exit or an error, and the run's values tell it", async () => {
  const { run, runs } = project();
  for (const how of ["killed", "exits", "throws"]) expect((await run("run", "--how", how)).code).toBe(1);
  const listed = JSON.parse((await runs("--metric", "rows", "--json")).stdout) as unknown[];
  expect(listed).toMatchObject([{ metrics: { rows: 2999 } }, { metrics: { rows: 2999 } }, { metrics: { rows: 9 } }]);
});

test("metrics of a run that goes on are listed and read", async () => {
  const { cwd, run, runs, datastore } = project();
  const go = path.join(cwd, "go");
  onTestFinished(() => fs.writeFileSync(go, ""));
  const running = run("run", "--how", "waits");
  const loss = async () => (await runs("--metric", "loss")).stdout;
  await expect.poll(loss, { timeout: 60_000, interval: 500 }).toMatch(/running.* 0\.1\n/);
  const live = await Run.get("FitFlow/latest", { datastore });
  expect((await live.metrics())["loss"]?.values).toEqual([0.6, 0.2, 0.4, 0.1]);
  fs.writeFileSync(go, "");
  expect((await running).code).toBe(0);
  expect(await loss()).toMatch(/succeeded.* 0\.1\n/);
});

test("runs without metrics are listed with a note, and what is no number fails the step with the reason", async () => {
  const { run, runs } = project();
  const { code, stderr } = await run("run", "--how", "wrong");
  expect(code).toBe(1);
  expect(stderr).toContain('Cannot log metrics because "loss" is not a number: "0.3"');
  expect(stderr).toContain("convert it: Number(loss)");
  const none = await runs("--metric", "loss", "--tag", "nightly");
  expect(none.code).toBe(0);
});
