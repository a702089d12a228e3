import fs from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { EXPORT_ID, type ExportedPage, exportKey } from "../../../runtime/web/api/export-format.ts";
import type { LogsAnswer, RunAnswer, RunsAnswer, TaskAnswer, TasksAnswer } from "../../../runtime/web/api/shapes.ts";
import { decodeColumns } from "../../../runtime/web/api/task-columns.ts";
import { foreach, SampleRun, sampleStore, started, succeeded } from "../../datastore/sample-store.ts";
import { folderOfFile, millrace, ROOT, temporaryFolder } from "../../rigs/harness.ts";

const FLOWS = path.join(ROOT, "test/web/page/flows");
const store = { datastore: "" };
let ids: string[] = [];

beforeAll(async () => {
  store.datastore = folderOfFile();
  await millrace(["run", `${FLOWS}/train.ts`, "--rate", "0.111"], store);
  await millrace(["run", `${FLOWS}/train.ts`, "--rate", "0.777"], store);
  await millrace(["run", `${FLOWS}/hostile.ts`], store);
  ids = fs.readdirSync(path.join(store.datastore, "flows/TrainFlow")).sort();
}, 60_000);

function dataIn(html: string): ExportedPage {
  const [, data = ""] =
    new RegExp(`<script type="application/octet-stream" id="${EXPORT_ID}">([^<]*)</script>`).exec(html) ?? [];
  return JSON.parse(gunzipSync(Buffer.from(data, "base64")).toString()) as ExportedPage;
}

async function exported(
  args: readonly string[],
  datastore = store.datastore,
): Promise<{ html: string; page: ExportedPage; said: string }> {
  const file = path.join(temporaryFolder(), "run.html");
  const done = await millrace(["ui", "--export", file, ...args], { datastore });
  expect(done.code, done.stderr).toBe(0);
  const html = fs.readFileSync(file, "utf8");
  return { html, page: dataIn(html), said: done.stdout + done.stderr };
}

function answer<Value>({ answers }: ExportedPage, key: string): Value {
  const found = answers[key];
  if (found === undefined || !("json" in found)) throw new Error(`${key} is not in the export`);
  return found.json as Value;
}

test("an export holds the named run and of no other one anything", async () => {
  const { html, page } = await exported([`TrainFlow/${ids[1]}`]);
  const text = JSON.stringify(page);
  expect(text).toContain("0.777");
  expect(text).not.toContain(ids[0]);
  expect(text).not.toContain("0.111");
  expect(text).not.toContain("HostileFlow");
  expect(html).not.toContain(ids[0]);
  expect(answer<RunsAnswer>(page, "/api/runs")).toMatchObject({
    runs: [{ id: ids[1] }],
    flows: ["TrainFlow"],
    next: null,
  });
  expect(answer<RunAnswer>(page, `/api/runs/TrainFlow/${ids[1]}`)).toMatchObject({ before: null, isReadOnly: true });
});

test("an export answers what the page asks of a run and its tasks", async () => {
  const { page } = await exported([`TrainFlow/${ids[0]}`]);
  const run = `/api/runs/TrainFlow/${ids[0]}`;
  const { tasks } = answer<TasksAnswer>(page, exportKey(`${run}/tasks?limit=100&step=fit`));
  expect(tasks).toHaveLength(11);
  const columns = page.answers[`${run}/columns`];
  const bytes = Buffer.from(columns !== undefined && "base64" in columns ? columns.base64 : "", "base64");
  expect(decodeColumns(new Uint8Array(bytes).buffer).task).toHaveLength(11);
  for (const { step, task } of tasks) {
    const one = answer<TaskAnswer>(page, `${run}/${step}/${task}`);
    for (const { name } of one.artifacts)
      expect(page.answers).toHaveProperty([`${run}/${step}/${task}/artifacts/${name}`]);
    const log = answer<LogsAnswer>(page, exportKey(`${run}/${step}/${task}/logs?offset=&stream=both`));
    if (step === "fit") expect(log.lines.filter(({ text }) => text.startsWith("epoch"))).toHaveLength(12);
  }
  const same = Object.values(page.answers).flatMap((one) => ("as" in one ? [one.as] : []));
  expect(same.every((key) => key in page.answers)).toBe(true);
  expect(page.answers).toHaveProperty([exportKey(`${run}/metrics?name=loss`)]);
  expect(page.notes).toEqual([]);
});

test("several runs are compared in an export, and code with the run before is there if that one is", async () => {
  const { page } = await exported([`TrainFlow/${ids[0]}`, `TrainFlow/${ids[1]}`]);
  const [first, second] = ids.map((id) => `TrainFlow/${id}`);
  for (const pair of [`run=${first}&run=${second}`, `run=${second}&run=${first}`])
    expect(page.answers).toHaveProperty([exportKey(`/api/compare?${pair}`)]);
  expect(page.answers).toHaveProperty([`/api/runs/${second}/code?against=${ids[0]}`]);
});

test("nothing in a run can end the script that its data stands in, or begin another", async () => {
  const { html } = await exported(["HostileFlow/latest"]);
  const scripts = html.match(/<script\b[^>]*>/gi) ?? [];
  expect(scripts).toEqual([`<script type="application/octet-stream" id="${EXPORT_ID}">`, '<script type="module">']);
  expect(html.match(/<\/script/gi)).toHaveLength(2);
  const document = html.replace(/<script type="module">.*?<\/script>/s, "");
  expect(document).not.toMatch(/<img|onerror|src=|href="(?!data:,")/i);
  expect(html).toMatch(
    /http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; script-src &#39;sha256-/,
  );
});

test("10,000 tasks take a megabyte at most, and what was left out is said", async () => {
  const count = 10_000;
  const { store: sample, folder, remove } = sampleStore();
  onTestFinished(remove);
  const run = new SampleRun(sample, "r1").events(
    { type: "run-started" },
    started("start", 1, { kind: "start" }),
    succeeded(1, foreach(count)),
    ...Array.from({ length: count }, (_, index) => started("train", index + 2, { kind: "child", split: 1, index })),
    ...Array.from({ length: count }, (_, index) => succeeded(index + 2, { kind: "linear", target: "join" })),
    { type: "run-finished", status: "failed", reason: "stopped" },
  );
  run.log(
    { step: "train", task: 2 },
    Array.from({ length: 5000 }, (_, at) => ["out", `line ${at} ${"x".repeat(100)}`] as const),
  );
  const { html, page, said } = await exported(["Sample/r1"], folder);
  expect(html.length).toBeLessThanOrEqual(1_000_000);
  expect(answer<TasksAnswer>(page, "/api/runs/Sample/r1/tasks").tasks).toHaveLength(count + 1);
  const { lines } = answer<LogsAnswer>(page, "/api/runs/Sample/r1/train/2/logs");
  expect(lines.length).toBeLessThan(500);
  expect(lines.map(({ text }) => text).find((text) => text.includes("left out of this export"))).toBeDefined();
  expect(lines.at(-1)!.text).toContain("line 4999");
  expect(page.notes.join()).toMatch(/the middle of \d+ long log/);
  for (const note of page.notes) expect(said).toContain(note);
}, 120_000);

test("a file that cannot be written is an error, and nothing is left of it", async () => {
  const folder = temporaryFolder();
  const refused = await millrace(["ui", "--export", path.join(folder, "none/run.html"), `TrainFlow/${ids[0]}`], store);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("Cannot write the export")]);
  fs.mkdirSync(path.join(folder, "taken.html"));
  const taken = await millrace(["ui", "--export", path.join(folder, "taken.html"), `TrainFlow/${ids[0]}`], store);
  expect(taken.code).toBe(2);
  expect(fs.readdirSync(folder)).toEqual(["taken.html"]);
});
