import fs from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { LogsAnswer, RunAnswer, RunsAnswer } from "../../../runtime/web/api/shapes.ts";
import { SampleRun, sampleStore, started, WHOLE } from "../../datastore/sample-store.ts";
import { millrace, temporaryFolder } from "../../rigs/harness.ts";
import { makeProject } from "../../rigs/project.ts";
import { startPage } from "./served-page.ts";

/** Three runs, of which the tests damage the second. */
function sample(): { folder: string; file(name: string): string } {
  const { store, folder, remove } = sampleStore();
  onTestFinished(remove);
  for (const run of ["r1", "r2", "r3"])
    new SampleRun(store, run).events(...WHOLE).log({ step: "train", task: 2 }, [["out", "hello"]]);
  return { folder, file: (name) => path.join(folder, "flows/Sample/r2", name) };
}

test("a run whose record is damaged is left out of the list, and the others are shown", async () => {
  const { folder, file } = sample();
  fs.writeFileSync(file("run.json"), '{"format":1,');
  const page = await startPage([], { datastore: folder });
  expect((await page.get<RunsAnswer>("/api/runs")).runs.map(({ id }) => id)).toEqual(["r3", "r1"]);
  const reply = await page.ask("/api/runs/Sample/r2");
  expect([reply.status, reply.json()]).toEqual([
    500,
    { error: expect.objectContaining({ code: "MILLRACE_DAMAGED_RECORD" }) },
  ]);
  expect((await page.ask("/api/runs/Sample/r1")).status).toBe(200);
});

test("a journal that breaks is an error each time, until it is whole again", async () => {
  const { folder, file } = sample();
  const whole = fs.readFileSync(file("journal.jsonl"), "utf8");
  const page = await startPage([], { datastore: folder });
  for (const broken of [
    "not JSON\n",
    '{"type":"task-started","time":1}\n',
    `${"[".repeat(100_000)}\n`,
    '{"type":"later"}\n',
  ]) {
    fs.writeFileSync(file("journal.jsonl"), broken + whole);
    for (const place of ["", "/columns", "/tasks"]) {
      const reply = await page.ask(`/api/runs/Sample/r2${place}`);
      expect([place, reply.status, reply.text]).toEqual([
        place,
        500,
        expect.stringContaining("MILLRACE_DAMAGED_RECORD"),
      ]);
    }
  }
  fs.writeFileSync(file("journal.jsonl"), whole);
  expect((await page.get<RunAnswer>("/api/runs/Sample/r2")).tasks).toEqual({
    total: 5,
    succeeded: 5,
    failed: 0,
    running: 0,
  });
});

test("a line that is being written waits for its end", async () => {
  const { folder, file } = sample();
  const whole = fs.readFileSync(file("journal.jsonl"), "utf8");
  const cut = whole.length - 40;
  fs.writeFileSync(file("journal.jsonl"), whole.slice(0, cut));
  const page = await startPage([], { datastore: folder });
  expect((await page.get<RunAnswer>("/api/runs/Sample/r2")).status).toBe("stale");
  fs.appendFileSync(file("journal.jsonl"), whole.slice(cut));
  expect((await page.get<RunAnswer>("/api/runs/Sample/r2")).status).toBe("succeeded");
});

test("a newer run is an error that says so; a newer store is not opened", async () => {
  const { folder, file } = sample();
  const document = JSON.parse(fs.readFileSync(file("run.json"), "utf8")) as object;
  fs.writeFileSync(file("run.json"), JSON.stringify({ ...document, format: 99 }));
  const page = await startPage([], { datastore: folder });
  expect((await page.get<RunsAnswer>("/api/runs")).runs).toHaveLength(2);
  expect((await page.ask("/api/runs/Sample/r2")).text).toContain("MILLRACE_NEWER_FORMAT");
  const [marker = ""] = fs.readdirSync(folder).filter((name) => /json$|format/.test(name));
  const mark = fs.readFileSync(path.join(folder, marker), "utf8");
  fs.writeFileSync(path.join(folder, marker), mark.replace(/\d+/, "99"));
  const refused = await millrace(["ui", "--port", "0"], { datastore: folder });
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("newer")]);
});

test("runs that are removed meanwhile are gone, and the server goes on", async () => {
  const { folder } = sample();
  const page = await startPage([], { datastore: folder });
  expect((await page.ask("/api/runs/Sample/r2/columns")).status).toBe(200);
  fs.rmSync(path.join(folder, "flows/Sample/r2"), { recursive: true });
  expect((await page.ask("/api/runs/Sample/r2")).status).toBe(404);
  expect((await page.ask("/api/runs/Sample/r1")).status).toBe(200);
  fs.rmSync(folder, { recursive: true });
  expect((await page.ask("/api/runs/Sample/r1")).status).toBe(404);
  await expect.poll(async () => (await page.get<RunsAnswer>("/api/runs")).runs).toEqual([]);
});

test("a result that is missing leaves the rest of the task to be seen", async () => {
  const { folder } = sample();
  const page = await startPage([], { datastore: folder });
  const task = await page.ask("/api/runs/Sample/r1/train/2");
  expect([task.status, task.json()]).toEqual([200, expect.objectContaining({ status: "succeeded", childCount: 1 })]);
  const artifact = await page.ask("/api/runs/Sample/r1/train/2/artifacts/model");
  expect(artifact.status).toBe(404);
});

test("50 MB on one line are read in parts, and take no more memory than the parts", async () => {
  const mb = 50;
  const flow = `
    import { FlowSpec, main, step } from "millrace";
    class LoudFlow extends FlowSpec {
      @step start() {
        for (let at = 0; at < ${mb}; at += 1) process.stdout.write("x".repeat(1e6));
        this.next(this.end);
      }
      @step end() { console.log("quiet"); }
    }
    main(LoudFlow);`;
  const datastore = temporaryFolder();
  const run = await millrace(["run", path.join(makeProject({ "flow.ts": flow }), "flow.ts"), "--json"], { datastore });
  expect(run.code, run.stderr.slice(-1000)).toBe(0);
  const page = await startPage([], { datastore });
  const { id } = (await page.get<RunsAnswer>("/api/runs")).runs[0]!;
  for (const place of [`/api/runs/LoudFlow/${id}/start/1/logs`, `/api/runs/LoudFlow/${id}/logs`]) {
    let chars = 0;
    let largest = 0;
    for (let offset = ""; ;) {
      const reply = await page.ask(`${place}?offset=${offset}`);
      const { lines, next } = reply.json<LogsAnswer>();
      chars += lines.reduce((sum, { text }) => sum + (/^x+$/.test(text) ? text.length : 0), 0);
      largest = Math.max(largest, reply.bytes.length);
      if (next === null) break;
      offset = next;
    }
    expect(chars).toBe(mb * 1e6);
    expect(largest).toBeLessThan(2_000_000);
  }
  if (process.platform !== "linux") return;
  const status = fs.readFileSync(`/proc/${page.command.child.pid ?? 0}/status`, "utf8");
  expect(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024).toBeLessThan(250);
}, 60_000);

test("what a run did so far is told of one that was killed", async () => {
  const { store, folder, remove } = sampleStore();
  onTestFinished(remove);
  new SampleRun(store, "r1").events({ type: "run-started" }, started("start", 1, { kind: "start" }));
  const page = await startPage([], { datastore: folder });
  expect(await page.get<RunAnswer>("/api/runs/Sample/r1")).toMatchObject({
    status: "stale",
    finishedAt: null,
    tasks: { total: 1 },
  });
  expect((await page.get<LogsAnswer>("/api/runs/Sample/r1/logs")).next).toBeNull();
});
