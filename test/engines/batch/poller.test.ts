import { EventEmitter, once } from "node:events";
import type { JobDetail, JobStatus, JobSummary } from "@aws-sdk/client-batch";
import { expect, onTestFinished, test } from "vitest";
import type { AwsCalls } from "../../../runtime/engines/batch/aws/aws-calls.ts";
import { BatchApi } from "../../../runtime/engines/batch/batch-api.ts";
import { GroupWatch } from "../../../runtime/engines/jobs/polling/group-watch.ts";
import { Poller } from "../../../runtime/engines/jobs/polling/poller.ts";
import type { JobEnd, JobListener } from "../../../runtime/engines/jobs/job-service.ts";
import { groupOf } from "./recorder.ts";

type States = Map<number, JobStatus>;

/** A service with one array, whose jobs are in the states that a test gives them. */
class ArrayService {
  readonly states: States = new Map();
  readonly asked: string[] = [];
  readonly news = new EventEmitter();
  isKnown = true;

  constructor(size: number) {
    for (let index = 0; index < size; index += 1) this.states.set(index, "RUNNABLE");
  }

  set(from: number, to: number, status: JobStatus): void {
    for (let index = from; index < to; index += 1) this.states.set(index, status);
  }

  calls(): Pick<AwsCalls, "describeJobs" | "listJobs"> {
    return {
      describeJobs: async (ids) => {
        this.#note(ids[0] === "array" ? "parent" : "children");
        expect(ids.length).toBeGreaterThan(0);
        expect(ids.length).toBeLessThanOrEqual(100);
        const jobs = this.isKnown ? ids.map((id) => this.#detail(id)) : [];
        return { jobs, $metadata: {} };
      },
      listJobs: async ({ jobStatus, nextToken, maxResults = 100 }) => {
        this.#note(`list ${jobStatus}`);
        const all = [...this.states].filter(([, status]) => status === jobStatus).map(([index]) => index);
        const start = Number(nextToken ?? 0);
        const end = start + maxResults;
        return {
          jobSummaryList: all.slice(start, end).map((index) => this.#summary(index)),
          ...(end < all.length ? { nextToken: String(end) } : {}),
          $metadata: {},
        };
      },
    };
  }

  #note(what: string): void {
    this.asked.push(what);
    this.news.emit("asked");
  }

  #detail(id: string): JobDetail {
    if (id !== "array") return this.#summary(Number(id.slice("array:".length))) as JobDetail;
    const statusSummary: Record<string, number> = {};
    for (const status of this.states.values()) statusSummary[status] = (statusSummary[status] ?? 0) + 1;
    return { jobId: id, status: "PENDING", arrayProperties: { statusSummary } } as JobDetail;
  }

  #summary(index: number): JobSummary {
    const status = this.states.get(index);
    const exitCode = status === "FAILED" ? 1 : 0;
    const isEnded = status === "FAILED" || status === "SUCCEEDED";
    return { jobId: `array:${index}`, jobName: "x", status, ...(isEnded ? { container: { exitCode } } : {}) };
  }
}

/** Follows one array, and wakes whoever waits for a number of ends. */
function follow(service: ArrayService, size: number) {
  const news = new EventEmitter();
  const ends = new Map<number, JobEnd>();
  const running = new Set<number>();
  let now = 0;
  const listener: JobListener = {
    submitted() {},
    state() {},
    running: ({ index }) => void running.add(index),
    ended: ({ index }, end) => {
      ends.set(index, end);
      news.emit("news");
    },
    warning() {},
  };
  const calls = () => Promise.resolve(service.calls() as AwsCalls);
  const api = new BatchApi({ queue: "q", jobRole: null, executionRole: null, cli: "node flow.ts" }, calls);
  const poller = new Poller({ api, listener, now: () => now });
  onTestFinished(() => poller.close());
  const watch = new GroupWatch(groupOf("array", { size }), {
    now: () => now,
    listener: { ...listener, running: (job) => (listener.running(job), void news.emit("news")) },
  });
  watch.id = "array";
  poller.add(watch);
  return {
    ends,
    running,
    pass: (ms: number) => void (now += ms),
    async until(condition: () => boolean) {
      while (!condition()) {
        poller.hurry(watch);
        await once(news, "news");
      }
    },
  };
}

test("of an array of 10,000 only what changed is asked for, by few requests", async () => {
  const service = new ArrayService(10_000);
  service.set(0, 200, "RUNNING");
  const { ends, running, until } = follow(service, 10_000);
  await until(() => running.size === 200);
  service.asked.length = 0;
  service.set(0, 50, "SUCCEEDED");
  service.set(50, 60, "FAILED");
  service.set(200, 260, "RUNNING");
  await until(() => ends.size === 60 && running.size === 260);
  // One look at the array, two pages of what runs, and one description of the sixty that no longer do.
  const first = service.asked.slice(0, 4);
  expect(first).toEqual(["parent", "list RUNNING", "list RUNNING", "children"]);
  expect(ends.get(55)).toMatchObject({ kind: "exited", exitCode: 1 });
});

test("jobs so short that they were never seen to run are found", async () => {
  const service = new ArrayService(1000);
  const { ends, until } = follow(service, 1000);
  service.set(0, 700, "SUCCEEDED");
  service.set(700, 710, "FAILED");
  await until(() => ends.size === 710);
  expect([...ends.values()].filter(({ exitCode }) => exitCode === 1)).toHaveLength(10);
});

test("an array in which nothing changes costs one request a look", async () => {
  const service = new ArrayService(500);
  service.set(0, 500, "RUNNING");
  const { ends, running, until } = follow(service, 500);
  await until(() => running.size === 500);
  service.asked.length = 0;
  await askedFor(service, 3);
  expect(new Set(service.asked)).toEqual(new Set(["parent"]));
  service.set(0, 1, "SUCCEEDED");
  await until(() => ends.size === 1);
});

test("jobs that Batch has forgotten count as lost after a minute, not before", async () => {
  const service = new ArrayService(2);
  service.set(0, 2, "RUNNING");
  const { ends, running, pass, until } = follow(service, 2);
  await until(() => running.size === 2);
  service.isKnown = false;
  await askedFor(service, 2);
  expect(ends.size).toBe(0);
  pass(60_001);
  await until(() => ends.size === 2);
  expect(ends.get(0)).toMatchObject({
    kind: "exited",
    exitCode: null,
    reason: expect.stringContaining("knows nothing of job"),
  });
});

/** So many requests from now. */
async function askedFor(service: ArrayService, more: number): Promise<void> {
  const wanted = service.asked.length + more;
  while (service.asked.length < wanted) await once(service.news, "asked");
}
