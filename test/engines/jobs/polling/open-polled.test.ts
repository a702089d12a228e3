import { expect, onTestFinished, test, vi } from "vitest";
import type { JobListener } from "../../../../runtime/engines/jobs/job-service.ts";
import type { JobApi, JobStop } from "../../../../runtime/engines/jobs/polling/job-api.ts";
import { openPolled } from "../../../../runtime/engines/jobs/polling/open-polled.ts";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { groupOf } from "../../batch/recorder.ts";

const GROUP = groupOf("one");

/** A cluster that takes a job and refuses so many wishes to end it. */
function scene(refusals: number) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const asked: number[][] = [];
  const warned: string[] = [];
  const api: Partial<JobApi> = {
    title: "The cluster",
    limits: { defaultLimit: 1, maxGroupSize: 1, submissions: { perSecond: 1000, burst: 1000 } },
    prepare: async () => undefined,
    submit: async () => "job-1",
    look: async (watches) => new Set(watches),
    stop: async (requests: readonly JobStop[]) => {
      asked.push(requests.flatMap(({ indexes }) => [...indexes]));
      if (asked.length <= refusals) throw new Error("away");
    },
    failureOf: () => ({ kind: "unclear", text: "away", remedy: null }),
    explained: (_, task) =>
      new MillraceError({ code: "MILLRACE_SLURM", headline: `Cannot ${task} because it is away`, hint: "wait" }),
    hurry: () => undefined,
    close: async () => undefined,
  };
  const listener: JobListener = {
    ...{ submitted: () => undefined, state: () => undefined, running: () => undefined, ended: () => undefined },
    warning: (text) => warned.push(text),
  };
  return { asked, warned, service: openPolled({ name: "told", api: api as JobApi, listener }) };
}

test("a wish to end a job that did not get through is sent again until it does, and told once", async () => {
  const { service, asked, warned } = scene(2);
  service.submit(GROUP);
  await vi.advanceTimersByTimeAsync(1);
  service.stop({ group: GROUP, index: 0 }, "it is over");
  await vi.advanceTimersByTimeAsync(9000);
  expect(asked).toEqual([[0]]);
  await vi.advanceTimersByTimeAsync(100_000);
  expect(asked).toEqual([[0], [0], [0]]);
  expect(warned).toEqual(["Cannot end jobs because it is away"]);
});

test("once all is over nothing is sent again", async () => {
  const { service, asked } = scene(Infinity);
  service.submit(GROUP);
  await vi.advanceTimersByTimeAsync(1);
  service.stop({ group: GROUP, index: 0 }, "it is over");
  await vi.advanceTimersByTimeAsync(9000);
  await service.close();
  await vi.advanceTimersByTimeAsync(100_000);
  // Beside the first one, that of the end.
  expect(asked).toEqual([[0], [0]]);
});
