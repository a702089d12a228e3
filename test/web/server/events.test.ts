import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { PageServer } from "../../../runtime/web/server/page-server.ts";
import { ServedStore } from "../../../runtime/web/server/served-store.ts";
import { TaskEvents } from "../../../runtime/datastore/task-events.ts";
import type { RunAnswer, RunsAnswer } from "../../../runtime/web/api/shapes.ts";
import { SampleRun, sampleStore, started, STARTED_AT, WHOLE } from "../../datastore/sample-store.ts";
import { ROOT, temporaryFolder } from "../../rigs/harness.ts";
import { startMillrace } from "../../rigs/started-command.ts";
import { request, startPage } from "./served-page.ts";

interface SentEvent {
  readonly name: string;
  readonly id: string;
  readonly data: string;
}

/** Reads events until the stream ends, or until there are as many as wanted. */
function events(
  origin: string,
  query: string,
  { count = Infinity, lastEventId }: { count?: number; lastEventId?: string } = {},
): Promise<SentEvent[]> {
  const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
  return new Promise((resolve, reject) => {
    const found: SentEvent[] = [];
    const asked = http.get(`${origin}/api/events?${query}`, { headers, agent: false }, (response) => {
      let rest = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        const blocks = (rest + text).split("\n\n");
        rest = blocks.pop() ?? "";
        for (const block of blocks) {
          const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1] ?? "";
          if (field("data") !== "" && found.length < count)
            found.push({ name: field("event"), id: field("id"), data: field("data") });
        }
        if (found.length === count) asked.destroy();
      });
      response.on("close", () => resolve(found));
    });
    asked.on("error", (error) => (found.length === count ? resolve(found) : reject(error)));
  });
}

function journalOf(datastore: string, { flow, id }: { flow: string; id: string }): string[] {
  return fs
    .readFileSync(path.join(datastore, "flows", flow, id, "journal.jsonl"), "utf8")
    .trim()
    .split("\n");
}

/** In this process, with pauses as a test wants them. */
async function servedHere(folder: string, pingMs: number): Promise<string> {
  const served = new ServedStore(openDatastore(folder), { isReadOnly: true });
  const server = new PageServer({ served, port: 0, token: null, pingMs });
  onTestFinished(() => server.close());
  return new URL(await server.listen()).origin;
}

function sample(): { folder: string; run: (id: string) => SampleRun } {
  const { store, folder, remove } = sampleStore();
  onTestFinished(remove);
  return { folder, run: (id) => new SampleRun(store, id) };
}

test("a live run sends each event of its journal once, with its place, and ends with its end", async () => {
  const datastore = temporaryFolder();
  const folder = temporaryFolder();
  const page = await startPage([], { datastore });
  const run = startMillrace(["run", path.join(ROOT, "test/web/page/flows/waiting.ts"), "--folder", folder], {
    datastore,
  });
  await run.said("waiting for second");
  const [row] = (await page.get<RunsAnswer>("/api/runs")).runs;
  expect(row).toMatchObject({ status: "running", tasks: { running: 2 } });
  const seen = events(page.origin, `run=WaitingFlow/${row!.id}`);
  // One more reader, who comes back after each two events.
  const again = (async () => {
    const all: SentEvent[] = [];
    for (let last: string | undefined; !all.at(-1)?.data.includes("run-finished"); last = all.at(-1)?.id)
      all.push(
        ...(await events(page.origin, `run=WaitingFlow/${row!.id}`, {
          count: 2,
          ...(last === undefined ? {} : { lastEventId: last }),
        })),
      );
    return all;
  })();
  fs.writeFileSync(path.join(folder, "first"), "");
  await run.said("first is there");
  fs.writeFileSync(path.join(folder, "second"), "");
  expect((await run.exit()).code).toBe(0);
  const lines = journalOf(datastore, row!);
  const wanted = lines.map((data, at) => ({ name: "", id: String(at + 1), data: JSON.parse(data) as unknown }));
  const parsed = (all: readonly SentEvent[]) => all.map((one) => ({ ...one, data: JSON.parse(one.data) as unknown }));
  expect(parsed(await seen)).toEqual(wanted);
  expect(parsed(await again)).toEqual(wanted);
}, 60_000);

test("a stream goes on after the event that the address or the browser names", async () => {
  const { folder, run } = sample();
  run("r1").events(...WHOLE);
  const origin = await servedHere(folder, 60_000);
  const ids = async (query: string, lastEventId?: string) =>
    (await events(origin, `run=Sample/r1${query}`, lastEventId === undefined ? {} : { lastEventId })).map(
      ({ id }) => id,
    );
  expect(await ids("&after=9")).toEqual(["10", "11", "12"]);
  expect(await ids("&after=2", "11")).toEqual(["12"]);
  expect((await request(origin, "/api/events?run=Sample/r1&after=x")).status).toBe(400);
  expect((await request(origin, "/api/events?run=Sample")).status).toBe(400);
  expect((await request(origin, "/api/events?run=Sample/r9")).status).toBe(404);
});

test("where tasks record themselves, a position is that of one reading: who comes with another's begins anew", async () => {
  const { folder, run } = sample();
  const { record } = run("r1");
  const tasks = new TaskEvents(openDatastore(folder).storage, { flow: "Sample", run: "r1" });
  await record.writeHeartbeat({ format: 1, host: "far", pid: 1, time: STARTED_AT, drivenBy: "argo" });
  const start = { type: "task-started", attempt: 0, time: STARTED_AT, task: 1, step: "start", path: "0" } as const;
  tasks.started({ ...start, source: { kind: "start" } });
  const origin = await servedHere(folder, 60_000);
  const { cursor } = (await (await fetch(`${origin}/api/runs/Sample/r1`)).json()) as RunAnswer;
  const rest = events(origin, `run=Sample/r1&after=${cursor}`, { count: 1 });
  tasks.started({ ...start, attempt: 1, source: { kind: "start" } });
  const [next] = await rest;
  expect(JSON.parse(next!.data)).toMatchObject({ type: "task-failed", task: 1, attempt: 0 });
  for (const after of [next!.id, `${cursor.split("-")[0]}-01234567`, "2"])
    expect(await events(origin, `run=Sample/r1&after=${after}`)).toEqual([{ name: "anew", id: "", data: "{}" }]);
  expect((await events(origin, "run=Sample/r1&after=0", { count: 4 })).map(({ name }) => name)).toEqual([
    "",
    "",
    "",
    "",
  ]);
});

test("whoever has all of a run that is over is told not to come again", async () => {
  const { folder, run } = sample();
  run("r1").events(...WHOLE);
  const origin = await servedHere(folder, 60_000);
  expect((await request(origin, "/api/events?run=Sample/r1&after=12")).status).toBe(204);
});

test("a run that nobody works on ends with an event that says so", async () => {
  const { folder, run } = sample();
  run("r1").events({ type: "run-started" }, started("start", 1, { kind: "start" }));
  const origin = await servedHere(folder, 60_000);
  const found = await events(origin, "run=Sample/r1");
  expect(found.map(({ name, id }) => name || id)).toEqual(["1", "2", "stale"]);
});

test("an idle minute is less than a kilobyte", async () => {
  const { folder, run } = sample();
  run("r1")
    .events({ type: "run-started" })
    .beat(STARTED_AT - Date.now());
  // A thousand times as fast as it is.
  const origin = await servedHere(folder, 25);
  const pings = 10;
  const bytes = await new Promise<number>((resolve, reject) => {
    const asked = http.get(`${origin}/api/events?run=Sample/r1`, { agent: false }, (response) => {
      let [text, before] = ["", 0];
      response.socket.on("data", () => {
        const count = text.split("\n:\n").length - 1;
        if (count > 0 && before === 0) before = response.socket.bytesRead;
        if (count <= pings) return;
        resolve(response.socket.bytesRead - before);
        asked.destroy();
      });
      response.setEncoding("utf8").on("data", (one: string) => (text += one));
    });
    asked.on("error", reject);
  });
  const aMinute = (bytes / pings) * (60 / 25);
  expect(aMinute).toBeGreaterThan(0);
  expect(aMinute).toBeLessThan(1000);
});

test("Ctrl-C ends streams that are open, and the command with 0", async () => {
  const { folder, run } = sample();
  run("r1")
    .events({ type: "run-started" })
    .beat(STARTED_AT - Date.now());
  const page = await startPage([], { datastore: folder });
  const stream = events(page.origin, "run=Sample/r1");
  await page.ask("/api/runs");
  page.command.child.kill("SIGINT");
  expect((await stream.catch(() => [])).length).toBeLessThanOrEqual(1);
  expect(await page.command.exit()).toEqual({ code: 0, signal: null });
});
