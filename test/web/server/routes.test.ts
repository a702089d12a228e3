import fs from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import type {
  ArtifactAnswer,
  CodeAnswer,
  CompareAnswer,
  LogsAnswer,
  MetricsAnswer,
  RunAnswer,
  RunsAnswer,
  TaskAnswer,
  TasksAnswer,
  TaskUsageAnswer,
  UsageAnswer,
} from "../../../runtime/web/api/shapes.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { decodeColumns, STATUSES } from "../../../runtime/web/api/task-columns.ts";
import { folderOfFile, millrace, ROOT } from "../../rigs/harness.ts";
import { type ServedPage, startPage } from "./served-page.ts";

const FLOWS = path.join(ROOT, "test/web/page/flows");
const store = { datastore: "" };

beforeAll(async () => {
  store.datastore = folderOfFile();
  await millrace(["run", `${FLOWS}/train.ts`, "--tag", "first"], store);
  await millrace(["run", `${FLOWS}/train.ts`, "--rate", "0.5", "--wrong", "OSL"], store);
  await millrace(["run", `${FLOWS}/many.ts`, "--wrong", "-1", "--tag", "good"], store);
}, 60_000);

async function opened(): Promise<{
  page: ServedPage;
  runs: RunsAnswer["runs"];
  at(flow: string, nth?: number): string;
}> {
  const page = await startPage([], store);
  const { runs } = await page.get<RunsAnswer>("/api/runs");
  const at = (flow: string, nth = 0) => {
    const run = runs.filter((one) => one.flow === flow)[nth];
    return `/api/runs/${flow}/${run?.id ?? ""}`;
  };
  return { page, runs, at };
}

test("runs of all flows come newest first, with their tasks and parameters", async () => {
  const { runs } = await opened();
  expect(runs.map(({ flow, status }) => `${flow} ${status}`)).toEqual([
    "ManyFlow succeeded",
    "TrainFlow failed",
    "TrainFlow succeeded",
  ]);
  expect(runs[0]).toMatchObject({
    tags: ["good"],
    parameters: { count: 40, wrong: -1 },
    tasks: { failed: 0, running: 0 },
  });
  expect(runs[0]!.tasks!.total).toBe(runs[0]!.tasks!.succeeded);
  expect(runs[1]!.tasks!.failed).toBeGreaterThan(0);
});

test("filters find runs by flow, status, tag, user, parameter, time and text", async () => {
  const { page, runs } = await opened();
  const found = async (query: string) => (await page.get<RunsAnswer>(`/api/runs?${query}`)).runs.map(({ id }) => id);
  const [many, failed, first] = runs.map(({ id }) => id);
  expect(await found("flow=TrainFlow")).toEqual([failed, first]);
  expect(await found("status=failed")).toEqual([failed]);
  expect(await found("tag=good")).toEqual([many]);
  expect(await found("tag=good&tag=first")).toEqual([]);
  expect(await found("parameter=rate%3D0.5")).toEqual([failed]);
  expect(await found("parameter=rate")).toEqual([failed, first]);
  expect(await found(`user=${runs[0]!.user}`)).toHaveLength(3);
  expect(await found("user=nobody")).toEqual([]);
  expect(await found(`until=${runs[2]!.startedAt}`)).toEqual([first]);
  expect(await found(`since=${runs[0]!.startedAt}`)).toEqual([many]);
  expect(await found("text=MANYf")).toEqual([many]);
  expect((await page.ask("/api/runs?status=lost")).status).toBe(400);
});

test("a list's next leads through all of its pages, each run once", async () => {
  const { page, runs } = await opened();
  const seen: string[] = [];
  for (let after = ""; ;) {
    const answer = await page.get<RunsAnswer>(`/api/runs?limit=1&after=${encodeURIComponent(after)}`);
    seen.push(...answer.runs.map(({ id }) => id));
    if (answer.next === null) break;
    after = answer.next;
  }
  expect(seen).toEqual(runs.map(({ id }) => id));
});

test("a run opens on its steps, with its graph and what failed", async () => {
  const { page, at, runs } = await opened();
  const run = await page.get<RunAnswer>(at("TrainFlow"));
  expect(run.steps.map(({ name, counts }) => [name, counts.total, counts.done, counts.failed])).toEqual([
    ["start", 1, 1, 0],
    ["fit", 8, expect.any(Number), 1],
    ["choose", 0, 0, 0],
    ["end", 0, 0, 0],
  ]);
  expect(run.steps[1]).toMatchObject({
    doc: "One model an airport.",
    medianMs: expect.any(Number),
    projectedEnd: null,
  });
  expect(run.graph.edges).toContainEqual({ from: "start", to: "fit", isForeach: true });
  expect(run.failures).toEqual([
    {
      count: 1,
      task: expect.objectContaining({ step: "fit", label: "OSL", error: expect.stringContaining("not numbers") }),
    },
  ]);
  expect(run.metrics).toEqual(["loss", "weight"]);
  expect(run.shownParameters).toContainEqual({ name: "rate", type: "number", text: "0.5" });
  expect(run.before).toBe(runs[2]!.id);
});

test("tasks are found by step, status, item and text, page by page", async () => {
  const { page, at } = await opened();
  const found = (query: string, run = at("TrainFlow")) => page.get<TasksAnswer>(`${run}/tasks?${query}`);
  const fit = await found("step=fit");
  expect(fit.tasks.map(({ label }) => label)).toEqual(["VIE", "ZRH", "MUC", "FRA", "AMS", "CDG", "LHR", "OSL"]);
  expect((await found("status=failed")).tasks.map(({ label }) => label)).toContain("OSL");
  expect((await found("item=muc")).tasks).toHaveLength(1);
  expect((await found("text=are%20not%20numbers")).tasks).toHaveLength(1);
  const seen: number[] = [];
  for (let after = ""; ;) {
    const { tasks, next } = await found(`limit=7&after=${after}`, at("ManyFlow"));
    seen.push(...tasks.map(({ task }) => task));
    if (next === null) break;
    expect(tasks).toHaveLength(7);
    after = next;
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toHaveLength((await page.get<RunAnswer>(at("ManyFlow"))).tasks.total);
});

test("columns hold every task, when it could start and what it waited for", async () => {
  const { page, at } = await opened();
  const { bytes } = await page.ask(`${at("TrainFlow", 1)}/columns`);
  const columns = decodeColumns(new Uint8Array(bytes).buffer);
  expect(columns.steps).toEqual(["start", "fit", "choose", "end"]);
  expect([...columns.task]).toEqual(Array.from({ length: 11 }, (_, task) => task + 1));
  expect([...columns.status].map((one) => STATUSES[one])).toEqual(Array.from({ length: 11 }, () => "succeeded"));
  const [last, choose] = [10, 9];
  expect(columns.after[last]).toBe(columns.task[choose]);
  // The join waited for the child that came last.
  const waited = columns.task.indexOf(columns.after[choose]!);
  expect(columns.steps[columns.step[waited]!]).toBe("fit");
  expect(columns.readyAt[choose]).toBe(Math.max(...columns.finishedAt.subarray(1, 9)));
  expect(columns.startedAt[choose]).toBeGreaterThanOrEqual(columns.readyAt[choose]!);
  // One was tried twice.
  expect(Math.max(...columns.attempts)).toBe(2);
  const { cursor } = await page.get<RunAnswer>(at("TrainFlow", 1));
  expect(columns.cursor).toBe(cursor);
});

test("a task tells its attempts, artifacts, parents and children", async () => {
  const { page, at } = await opened();
  const { tasks } = await page.get<TasksAnswer>(`${at("TrainFlow", 1)}/tasks?item=MUC`);
  const task = await page.get<TaskAnswer>(`${at("TrainFlow", 1)}/fit/${tasks[0]!.task}`);
  expect(task.attempts.map(({ status, error }) => [status, error?.message ?? null])).toEqual([
    ["failed", "the connection was reset"],
    ["succeeded", null],
  ]);
  expect(task.attempts[1]).toMatchObject({ cpuMs: expect.any(Number), peakMemory: expect.any(Number) });
  expect(task.artifacts.map(({ name, isParameter }) => [name, isParameter])).toEqual(
    expect.arrayContaining([
      ["airport", false],
      ["rate", true],
    ]),
  );
  expect(task.parents.map(({ step }) => step)).toEqual(["start"]);
  expect(task.children.map(({ step }) => step)).toEqual(["choose"]);
  const join = await page.get<TaskAnswer>(`${at("TrainFlow", 1)}/choose/10`);
  expect(join).toMatchObject({ parentCount: 8, childCount: 1 });
  expect(join.parents.every(({ step }) => step === "fit")).toBe(true);
});

test("logs come by stream and attempt, and go on where the page before ended", async () => {
  const { page, at } = await opened();
  const { tasks } = await page.get<TasksAnswer>(`${at("TrainFlow", 1)}/tasks?item=MUC`);
  const logs = (query: string) => page.get<LogsAnswer>(`${at("TrainFlow", 1)}/fit/${tasks[0]!.task}/logs?${query}`);
  const both = await logs("");
  expect(both.next).toBeNull();
  expect(both.lines.filter(({ text }) => text.startsWith("epoch"))).toHaveLength(12);
  expect((await logs("stream=stderr")).lines.map(({ text }) => text)).toEqual([
    "two flights had no delay and were left out",
  ]);
  expect((await logs("attempt=0")).lines).toEqual([]);
  expect((await logs("offset=10")).lines).toEqual(both.lines.slice(10));
  const whole = await page.get<LogsAnswer>(`${at("TrainFlow", 1)}/logs`);
  expect(whole.next).toBeNull();
  expect(whole.lines.filter(({ task }) => task === `fit/${tasks[0]!.task}`)).toHaveLength(both.lines.length);
  expect(whole.lines.filter(({ text }) => text.startsWith("epoch"))).toHaveLength(8 * 12);
});

test("artifacts are looked at as in a notebook", async () => {
  const { page, at } = await opened();
  const scores = await page.get<ArtifactAnswer>(`${at("TrainFlow", 1)}/choose/10/artifacts/scores`);
  expect(scores).toMatchObject({ type: "Array(8)", isParameter: false, isPart: false });
  expect(scores.html).toContain("<table");
  const missing = await page.ask(`${at("TrainFlow", 1)}/choose/10/artifacts/score`);
  expect(missing.status).toBe(404);
  expect(missing.json()).toEqual({
    error: expect.objectContaining({ code: "MILLRACE_NO_ARTIFACT", hint: "did you mean scores?" }),
  });
});

test("metrics of a task are its series, of a run one series a task", async () => {
  const { page, at } = await opened();
  const own = await page.get<MetricsAnswer>(`${at("TrainFlow", 1)}/fit/2/metrics`);
  expect(own.series.map(({ name, steps }) => [name, steps.length])).toEqual([
    ["loss", 12],
    ["weight", 12],
  ]);
  const all = await page.get<MetricsAnswer>(`${at("TrainFlow", 1)}/metrics?name=loss`);
  expect(all.series).toHaveLength(8);
  expect(all.series[0]!.name).toContain("VIE");
});

test("usage sets what steps asked for beside what their attempts used", async () => {
  const { page, at } = await opened();
  const { steps, jobs } = await page.get<UsageAnswer>(`${at("TrainFlow")}/usage`);
  expect(jobs.atMs).toHaveLength(jobs.jobs.length);
  expect(Math.max(...jobs.jobs)).toBeGreaterThan(0);
  const { steps: all } = await page.get<RunAnswer>(at("TrainFlow"));
  const ran = all.filter(({ counts }) => counts.done > counts.reused).map(({ name }) => name);
  expect(steps.map(({ step }) => step)).toEqual(expect.arrayContaining(ran));
  for (const { attempts, memoryMb, wallMs } of steps) {
    expect(attempts).toBeGreaterThan(0);
    expect(memoryMb!.max).toBeGreaterThan(10);
    expect(wallMs.sum).toBeGreaterThanOrEqual(wallMs.max);
  }
});

test("what an attempt used over its time stands beside what it asked for; where it is damaged, nothing does", async () => {
  const { page, at, runs } = await opened();
  const { id } = runs[2]!;
  const place = `${at("TrainFlow", 1)}/fit/2/usage`;
  expect(await page.get<TaskUsageAnswer>(place)).toEqual({
    asked: { cpu: null, memoryMb: null, gpu: null },
    series: null,
  });
  const series = { atMs: [1000, 2000], cores: [0.5, 1], memoryMb: [100, 200] };
  openDatastore(store.datastore).record("TrainFlow", id).saveSeries({ step: "fit", task: 2, attempt: 0 }, series);
  expect(await page.get<TaskUsageAnswer>(`${place}?attempt=0`)).toMatchObject({ series });
  fs.writeFileSync(path.join(store.datastore, "flows/TrainFlow", id, "usage/fit/2-0.json"), "{}");
  expect(await page.get<TaskUsageAnswer>(place)).toMatchObject({ series: null });
});

test("code is that of the run, or how it differs from another's", async () => {
  const { page, at, runs } = await opened();
  const code = await page.get<CodeAnswer>(`${at("TrainFlow")}/code`);
  expect(code.files[0]!.text).toContain("class TrainFlow");
  expect(await page.get<CodeAnswer>(`${at("TrainFlow")}/code?against=${runs[2]!.id}`)).toEqual({ files: [] });
});

test("any number of runs are compared", async () => {
  const { page, runs } = await opened();
  const [, failed, first] = runs.map(({ flow, id }) => `run=${flow}/${id}`);
  const answer = await page.get<CompareAnswer>(`/api/compare?${first}&${failed}`);
  expect(answer.runs.map(({ id }) => id)).toEqual([runs[2]!.id, runs[1]!.id]);
  expect(answer.parameters).toContainEqual({ name: "rate", values: ["0.3", "0.5"] });
  expect(answer.metrics.find(({ name }) => name === "loss")!.values.every((one) => typeof one === "number")).toBe(true);
  // The run that failed has no end task.
  expect(answer.artifacts.find(({ name }) => name === "error")!.numbers).toEqual([expect.any(Number), null]);
  expect(answer.code).toBe("");
  expect((await page.ask("/api/compare")).status).toBe(400);
});

test("what does not exist is answered with 404, and another method with 405", async () => {
  const { page, at } = await opened();
  for (const place of [
    "/api/none",
    "/api/runs/NoFlow/x",
    `${at("TrainFlow")}/fit/999`,
    `${at("TrainFlow")}/none/1`,
    "/assets/none.js",
  ]) {
    const reply = await page.ask(place);
    expect([place, reply.status]).toEqual([place, 404]);
    expect(reply.json()).toEqual({
      error: expect.objectContaining({ code: expect.any(String), message: expect.any(String) }),
    });
  }
  expect((await page.ask("/api/runs", { method: "DELETE" })).status).toBe(405);
  expect((await page.ask("/", { method: "POST" })).status).toBe(405);
});

test("every address of the page is the page, and its files are kept by the browser", async () => {
  const { page, at } = await opened();
  const document = await page.ask(at("TrainFlow").replace("/api", ""));
  expect(document.headers["content-type"]).toContain("text/html");
  const [, script = ""] = /src="(\/assets\/[^"]+)"/.exec(document.text) ?? [];
  const reply = await page.ask(script);
  expect(reply.status).toBe(200);
  expect(reply.headers["cache-control"]).toContain("immutable");
});
