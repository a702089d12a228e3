import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import type { RunAnswer, RunsAnswer, TagsAnswer } from "../../../runtime/web/api/shapes.ts";
import { SampleRun, started, WHOLE } from "../../datastore/sample-store.ts";
import { serviceForFile } from "../../e2e/s3/bucket-for-file.ts";
import { MOTO } from "../../rigs/aws/moto.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { startPage } from "./served-page.ts";

const RUNS = 60;
/** Its document, its tags and the parts of its journal; where that takes long, some of what was fetched ahead is too old. */
const REQUESTS_A_ROW = 6 + 3;

describeWith(MOTO, "the page of a store in a bucket", () => {
  const service = serviceForFile();

  test("a list costs what its rows cost, and a second look nothing", async () => {
    const datastore = await service().store();
    const store = openDatastore(datastore);
    for (let at = 0; at < RUNS; at += 1)
      new SampleRun(store, `r${String(at).padStart(4, "0")}`).events(
        { type: "run-started" },
        { type: "run-finished", status: "succeeded", reason: null },
      );
    store.storage.flush();
    const page = await startPage([], service().machine(datastore));
    const requests = async (path: string) => {
      await service().proxy.clear();
      const answer = await page.get<RunsAnswer>(path);
      return { ...answer, count: (await service().proxy.requests()).length };
    };
    const first = await requests("/api/runs?limit=1");
    expect(first.runs.map(({ id }) => id)).toEqual(["r0059"]);
    // The flows, the ids of their runs, and one row.
    expect(first.count).toBeLessThanOrEqual(2 + REQUESTS_A_ROW + 1);
    const some = await requests("/api/runs?limit=40");
    expect(some.runs).toHaveLength(40);
    expect(some.count).toBeLessThanOrEqual(39 * REQUESTS_A_ROW + 2);
    const next = `/api/runs?limit=100&after=${encodeURIComponent(some.next ?? "")}`;
    const rest = await requests(next);
    expect([rest.runs.length, rest.next]).toEqual([20, null]);
    expect(rest.count).toBeLessThanOrEqual(20 * REQUESTS_A_ROW + 2);
    expect((await requests(next)).count).toBeLessThanOrEqual(2);
  }, 120_000);

  test("a run is read once, and what is asked of it after that costs what is new", async () => {
    const datastore = await service().store();
    const store = openDatastore(datastore);
    new SampleRun(store, "r1").events(...WHOLE);
    new SampleRun(store, "r2").events({ type: "run-started" }, started("start", 1, { kind: "start" }));
    store.storage.flush();
    const page = await startPage([], service().machine(datastore));
    expect(await page.get<RunAnswer>("/api/runs/Sample/r1")).toMatchObject({
      status: "succeeded",
      tasks: { total: 5 },
      before: null,
    });
    expect((await page.get<RunAnswer>("/api/runs/Sample/r2")).status).toBe("stale");
    await service().proxy.clear();
    for (const place of ["columns", "tasks", "tasks?step=train"]) await page.ask(`/api/runs/Sample/r1/${place}`);
    // No more than a look whether there is something new, were the machine so slow that it is due.
    expect((await service().proxy.requests()).length).toBeLessThanOrEqual(12);
    expect((await page.ask("/api/events?run=Sample/r1&after=10")).text).toContain("run-finished");
  }, 60_000);

  test("tags are changed in a bucket, and shown at once", async () => {
    const datastore = await service().store();
    const store = openDatastore(datastore);
    new SampleRun(store, "r1").events(...WHOLE);
    store.storage.flush();
    const page = await startPage([], service().machine(datastore));
    expect((await page.get<RunsAnswer>("/api/runs")).runs[0]!.tags).toEqual([]);
    const headers = { origin: page.origin, "content-type": "application/json" };
    const reply = await page.ask("/api/runs/Sample/r1/tags", { method: "POST", headers, body: '{"add":["good"]}' });
    expect(reply.json<TagsAnswer>()).toEqual({ tags: ["good"] });
    expect((await page.get<RunsAnswer>("/api/runs")).runs[0]!.tags).toEqual(["good"]);
    expect((await page.get<RunAnswer>("/api/runs/Sample/r1")).tags).toEqual(["good"]);
  }, 60_000);

  test("a run that the bucket does not have is an error, and the server goes on", async () => {
    const datastore = await service().store();
    const store = openDatastore(datastore);
    new SampleRun(store, "r1").events(...WHOLE);
    store.storage.flush();
    const page = await startPage([], service().machine(datastore));
    const missing = await page.ask("/api/runs/Sample/r9");
    expect([missing.status, missing.text]).toEqual([404, expect.stringContaining("MILLRACE_UNKNOWN_RUN")]);
    expect((await page.ask("/api/runs/Sample/r1")).status).toBe(200);
  }, 60_000);
});
