import { afterEach, beforeAll, expect, test } from "vitest";
import { MOTO, motoForFile } from "../../rigs/aws/moto.ts";
import {
  carriedOut,
  type Fault,
  internalError,
  type Misbehaviour,
  tooManyRequests,
} from "../../rigs/aws/proxy/fault.ts";
import { FaultProxy } from "../../rigs/aws/proxy/fault-proxy.ts";
import { makeQueue, setContainers } from "../../rigs/aws/queue.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { groupOf, openRecorded } from "./recorder.ts";

/** What the poller's pace allows at the most. */
const REQUESTS_PER_SECOND = 7;

const RESET: Extract<Misbehaviour, { kind: "reset" }> = { kind: "reset" };

describeWith(MOTO, "AWS Batch on a bad day", () => {
  const moto = motoForFile();
  let proxy: FaultProxy;
  let queue: string;

  beforeAll(async () => {
    proxy = await FaultProxy.start(moto.url());
    queue = await makeQueue(moto.url());
    // Jobs end at once, without containers.
    await setContainers(moto.url(), false);
    return () => proxy.stop();
  });
  afterEach(() => proxy.clear());

  const open = () => openRecorded(proxy.url, { queue });
  const describedAs = (each: object, times = 1000): Fault => ({
    ...{ on: { key: "describejobs" }, times },
    does: { kind: "rewrite", each: each as Record<string, unknown> },
  });

  /** How often an operation was asked for. */
  async function asked(operation: string): Promise<number> {
    return (await proxy.requests()).filter(({ key }) => key === operation).length;
  }

  async function taken(): Promise<number> {
    return (await proxy.requests()).filter(({ key, status }) => key === "submitjob" && status === 200).length;
  }

  test("requests that come too fast for AWS are sent again", async () => {
    const { service, ends } = open();
    await proxy.add({ on: { op: "batch" }, times: 2, does: tooManyRequests });
    await service.check([groupOf("warm").needs]);
    for (const key of ["describejobdefinitions", "submitjob", "describejobs"])
      await proxy.add({ on: { key }, times: 2, does: tooManyRequests });
    service.submit(groupOf("throttled"));
    expect([...(await ends(1)).values()]).toMatchObject([{ kind: "exited", exitCode: 0 }]);
    expect(await taken()).toBe(1);
  });

  test.each([
    ["reset after it was carried out", carriedOut(RESET), 0],
    ["reset before it arrived", RESET, 1],
    ["answered by a broken service after it was carried out", carriedOut(internalError), 0],
    ["answered by a broken service", internalError, 1],
  ])("a submission is %s: the job is there once", async (_, fault, more) => {
    const { service, ends, ids } = open();
    await service.check([groupOf("warm").needs]);
    await proxy.add({ on: { key: "submitjob" }, does: fault });
    const group = groupOf(`unclear-${Math.random().toString(36).slice(2)}`);
    service.submit(group);
    expect([...(await ends(1)).values()]).toMatchObject([{ kind: "exited", exitCode: 0 }]);
    expect(await taken()).toBe(more);
    expect(ids().get(group.name)).toBeDefined();
  });

  test("a submission that counted late after all is ended again, and the first one followed", async () => {
    const { service, ends, ids } = open();
    await service.check([groupOf("warm").needs]);
    await proxy.add({ on: { key: "submitjob" }, does: carriedOut(RESET) });
    // As if the list did not show it yet.
    await proxy.add({ on: { key: "listjobs" }, does: { kind: "rewrite", set: { jobSummaryList: [] } } });
    const group = groupOf("twins");
    service.submit(group);
    await ends(1);
    const ended = (await proxy.requests()).flatMap(({ key, json }) => (key === "terminatejob" ? [json] : []));
    expect(ended).toMatchObject([{ reason: "it was started twice" }]);
    expect((ended[0] as { jobId: string }).jobId).not.toBe(ids().get(group.name));
  });

  test("a refused submission ends every job as not started, in AWS's words and with a remedy", async () => {
    const { service, ends } = openRecorded(proxy.url, { queue: "no-such-queue" });
    service.submit(groupOf("refused", { size: 2 }));
    const all = [...(await ends(2)).values()];
    expect(all).toHaveLength(2);
    expect(all[1]).toEqual({
      kind: "not-started",
      exitCode: null,
      reason: "Cannot start train on AWS Batch because the job queue does not exist",
      details: [
        "AWS said: ClientException: Job queue no-such-queue does not exist (400)",
        "name another: MILLRACE_BATCH_QUEUE, or @batch({ queue })",
      ],
    });
  });

  test("a job that Batch does not find for a while goes on", async () => {
    const { service, ends } = open();
    await proxy.add({ on: { key: "describejobs" }, times: 3, does: { kind: "rewrite", set: { jobs: [] } } });
    service.submit(groupOf("unseen"));
    expect([...(await ends(1)).values()]).toMatchObject([{ kind: "exited", exitCode: 0 }]);
    expect(await asked("describejobs")).toBeGreaterThanOrEqual(4);
  });

  test("a job that waits tells why, at each change", async () => {
    const { service, ends, told } = open();
    const reason = "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - the job asks for more than there can be";
    await proxy.add(describedAs({ status: "RUNNABLE" }, 2));
    await proxy.add(describedAs({ status: "RUNNABLE", statusReason: reason }, 2));
    service.submit(groupOf("waits"));
    await ends(1);
    expect(told.filter(({ what }) => what === "state")).toMatchObject([
      { state: "RUNNABLE", reason: null },
      { state: "RUNNABLE", reason },
    ]);
  });

  test.each([
    [{ statusReason: "Host EC2 (instance i-0abc) terminated." }, "host-lost"],
    [{ statusReason: "Your Spot Task was interrupted." }, "host-lost"],
    [
      {
        statusReason: "Essential container in task exited",
        container: { exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage" },
      },
      "out-of-memory",
    ],
    [{ statusReason: "Job attempt duration exceeded timeout" }, "timed-out"],
    [
      {
        statusReason: "Task failed to start",
        container: { reason: "CannotPullContainerError: Error response from daemon: manifest unknown" },
      },
      "not-started",
    ],
    [{ statusReason: "Container Overrides length must be at most 8192" }, "not-started"],
    [{ statusReason: "Terminated in the console", isTerminated: true }, "stopped"],
    [{ statusReason: "Essential container in task exited", container: { exitCode: 3 } }, "exited"],
  ] as const)("%j ends a job as %s", async (each, kind) => {
    const { service, ends } = open();
    await proxy.add(describedAs({ status: "FAILED", ...each }));
    service.submit(groupOf(`${kind}-${Math.random().toString(36).slice(2)}`));
    const [end] = (await ends(1)).values();
    const { statusReason, container } = each as { statusReason: string; container?: { reason?: string } };
    expect(end?.kind).toBe(kind);
    expect(end?.reason).toBe([statusReason, container?.reason].filter(Boolean).join("; "));
  });

  test("an image that cannot be pulled comes with what to check", async () => {
    const { service, ends } = open();
    await proxy.add(describedAs({ status: "FAILED", container: { reason: "CannotPullContainerError: denied" } }));
    service.submit(groupOf("pull"));
    const [end] = (await ends(1)).values();
    expect(end?.details[0]).toMatch(/^check the name of the image/);
  });

  test("an array of 1,000 jobs takes a handful of requests", async () => {
    const { service, ends } = open();
    const started = Date.now();
    service.submit(groupOf("thousand", { size: 1000 }));
    const all = await ends(1000);
    expect([...all.values()].every(({ exitCode }) => exitCode === 0)).toBe(true);
    expect(await asked("submitjob")).toBe(1);
    // Looked at again as long as jobs begin and end: on a busy machine that takes long.
    const more = REQUESTS_PER_SECOND * ((Date.now() - started) / 1000);
    expect((await proxy.requests()).length).toBeLessThanOrEqual(20 + more);
  });

  test("many jobs are looked at together, never more than a hundred at once, never none", async () => {
    const { service, ends, ids, until } = open();
    await proxy.add(describedAs({ status: "RUNNING" }));
    for (let at = 0; at < 130; at += 1) service.submit(groupOf(`flock-${at}`));
    await until((told) => told.filter(({ what }) => what === "running").length === 130);
    expect(ids().size).toBe(130);
    await proxy.clear();
    await ends(130);
    const sizes = (await proxy.requests())
      .filter(({ key }) => key === "describejobs")
      .map(({ json }) => (json as { jobs: string[] }).jobs.length);
    expect(Math.max(...sizes)).toBe(100);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
  });

  test("what jobs share is registered once, also for later runs", async () => {
    const image = `image-${Math.random().toString(36).slice(2)}:1`;
    for (const name of ["first", "second"]) {
      const { service, ends } = open();
      for (const job of [1, 2, 3]) service.submit(groupOf(`${name}-${job}`, { needs: { image, cpu: job } }));
      await ends(3);
    }
    expect(await asked("registerjobdefinition")).toBe(1);
    expect(await asked("describejobdefinitions")).toBe(2);
  });

  test("a silent service is told once, and when it answers again", async () => {
    const { service, ends, told, until } = open();
    await service.check([groupOf("warm").needs]);
    const forbidden = { kind: "answer", status: 403, code: "AccessDeniedException" } as const;
    await proxy.add({ on: { key: "describejobs" }, times: 2, does: forbidden });
    service.submit(groupOf("forbidden"));
    await ends(1);
    await until((all) => all.filter(({ what }) => what === "warning").length === 2);
    expect(told.filter(({ what }) => what === "warning")).toMatchObject([
      { text: expect.stringMatching(/^AWS Batch does not say how its jobs fare.*AccessDeniedException/) },
      { text: "AWS Batch answers again" },
    ]);
  });
});
