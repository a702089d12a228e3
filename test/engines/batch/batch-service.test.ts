import { expect, test } from "vitest";
import { askBatch, makeQueue, setJobStates } from "../../rigs/aws/queue.ts";
import { MOTO, motoForFile } from "../../rigs/aws/moto.ts";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { groupOf, openRecorded, type Told } from "./recorder.ts";

const NEED = { name: `${MOTO.name} and ${DOCKER.name}`, missing: MOTO.missing ?? DOCKER.missing };

interface ListedJob {
  readonly jobId: string;
  readonly status: string;
  readonly statusReason?: string;
}

describeWith(NEED, "jobs on AWS Batch", () => {
  const moto = motoForFile();

  async function listed(queue: string): Promise<readonly ListedJob[]> {
    const filters = [{ name: "JOB_NAME", values: ["TestFlow*"] }];
    const answer = await askBatch<{ jobSummaryList: ListedJob[] }>(moto.url(), "listjobs", {
      jobQueue: queue,
      filters,
    });
    return answer.jobSummaryList;
  }

  test("a job runs its command with its variables and index", async () => {
    const queue = await makeQueue(moto.url());
    const { service, ends, told, ids } = openRecorded(moto.url(), { queue });
    const group = groupOf("one", { script: 'echo "$WORD $MILLRACE_JOB_INDEX"', env: { WORD: "hello" } });
    service.submit(group);
    const [end] = (await ends(1)).values();
    expect(end).toMatchObject({ kind: "exited", exitCode: 0 });
    expect(told.filter(({ what }) => what === "running").length).toBeLessThanOrEqual(1);
    expect(ids().get(group.name)).toMatch(/^[0-9a-f-]{36}$/);
    expect(await service.tail?.({ group, index: 0 })).toEqual(["hello 0"]);
  });

  test("the jobs of an array learn their index, and each ends in its own way", async () => {
    const queue = await makeQueue(moto.url());
    const { service, ends, ids } = openRecorded(moto.url(), { queue });
    const group = groupOf("many", { script: "echo $AWS_BATCH_JOB_ID; exit ${AWS_BATCH_JOB_ID##*:}", size: 4 });
    service.submit(group);
    const all = [...(await ends(4))].sort();
    expect(all.map(([job, { exitCode }]) => `${job.slice(-2)} ${exitCode}`)).toEqual(["#0 0", "#1 1", "#2 2", "#3 3"]);
    expect(await service.tail?.({ group, index: 2 })).toEqual([`${ids().get(group.name)}:2`]);
  });

  test("a failure tells its exit code and where to look", async () => {
    const queue = await makeQueue(moto.url());
    const { service, ends, ids } = openRecorded(moto.url(), { queue });
    const group = groupOf("fails", { script: "exit 7" });
    service.submit(group);
    const [end] = (await ends(1)).values();
    expect(end).toMatchObject({ kind: "exited", exitCode: 7, reason: null });
    expect(end?.details).toEqual([
      `job ${ids().get(group.name)} of AWS Batch; its output: node flow.ts batch logs TestFlow/20260314-092653589-x7k2p/train/0`,
    ]);
  });

  test("each state that a job passes is told once, in order", async () => {
    const queue = await makeQueue(moto.url());
    await setJobStates(moto.url(), 1);
    const { service, ends, told, until } = openRecorded(moto.url(), { queue });
    const group = groupOf("slow-states", { script: "sleep 600" });
    service.submit(group);
    await until((all) => all.some(({ what }) => what === "running"));
    service.stop({ group, index: 0 }, "seen enough");
    await ends(1);
    await setJobStates(moto.url(), 0);
    const states = told.flatMap((one) => (one.what === "state" && one.reason === null ? [one.state] : []));
    const order = ["SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING"];
    expect(states).toEqual(order.filter((one) => states.includes(one)));
    expect(states).not.toEqual([]);
    expect(told.map(({ what }) => what).filter((what) => what !== "state")).toEqual(["submitted", "running", "ended"]);
  });

  test("a stopped job ends as stopped, with the reason that was given", async () => {
    const queue = await makeQueue(moto.url());
    const { service, ends, until } = openRecorded(moto.url(), { queue });
    const group = groupOf("stopped", { script: "sleep 600" });
    service.submit(group);
    await until((told) => told.some(({ what }) => what === "running"));
    service.stop({ group, index: 0 }, "another task failed");
    expect([...(await ends(1)).values()]).toMatchObject([{ kind: "stopped", reason: "another task failed" }]);
  });

  test("a job that is stopped before it is submitted never starts", async () => {
    const queue = await makeQueue(moto.url());
    const { service, ends } = openRecorded(moto.url(), { queue });
    const group = groupOf("stopped-early", { script: "sleep 600", size: 2 });
    service.submit(group);
    service.stop({ group, index: 0 }, "no longer wanted");
    service.stop({ group, index: 1 }, "no longer wanted");
    expect([...(await ends(2)).values()]).toMatchObject([{ kind: "stopped" }, { kind: "stopped" }]);
    expect(await listed(queue)).toEqual([]);
  });

  test("one job of an array is stopped and the others go on", async () => {
    const queue = await makeQueue(moto.url());
    const { service, ends, until } = openRecorded(moto.url(), { queue });
    const group = groupOf("one-of", { script: "[ ${AWS_BATCH_JOB_ID##*:} = 1 ] && sleep 600 || sleep 1", size: 3 });
    service.submit(group);
    await until((told) => told.some((one) => one.what === "running" && one.job === `${group.name}#1`));
    service.stop({ group, index: 1 }, "too slow");
    const all = [...(await ends(3))].sort();
    expect(all.map(([job, { kind }]) => `${job.slice(-2)} ${kind}`)).toEqual(["#0 exited", "#1 stopped", "#2 exited"]);
  });

  test("closing ends all jobs that are under way, single ones and arrays", async () => {
    const queue = await makeQueue(moto.url());
    const { service, until } = openRecorded(moto.url(), { queue });
    service.submit(groupOf("closed-one", { script: "sleep 600" }));
    service.submit(groupOf("closed-array", { script: "sleep 600", size: 3 }));
    await until((told) => told.filter(({ what }) => what === "running").length === 4);
    await service.close();
    const jobs = (await listed(queue)).filter(({ jobId, status }) => jobId.includes(":") || status !== "SUBMITTED");
    expect(jobs.length).toBeGreaterThanOrEqual(4);
    expect(jobs.map(({ statusReason }) => statusReason)).toEqual(jobs.map(() => "the run has ended"));
  });

  test("jobs of a scheduler that died are found by id and by name, and its others are ended", async () => {
    const queue = await makeQueue(moto.url());
    const first = openRecorded(moto.url(), { queue });
    const groups = ["by-id", "by-name", "unwanted"].map((name) => groupOf(name, { script: "sleep 600" }));
    const array = groupOf("array", { script: "sleep 600", size: 2 });
    for (const group of [...groups, array]) first.service.submit(group);
    await first.until((told) => told.filter(({ what }) => what === "running").length === 5);
    const [byId, byName, unwanted] = groups as [typeof array, typeof array, typeof array];

    const second = openRecorded(moto.url(), { queue });
    const id = first.ids().get(byId.name) ?? "";
    const lost = [
      { group: byId, id },
      { group: byName, id: null },
      { group: array, id: null },
      { group: groupOf("never-submitted"), id: null },
    ];
    const found = await second.service.recover(array.run, lost);
    expect(found).toEqual(new Set([byId.name, byName.name, array.name]));
    await second.until((told) => told.filter(({ what }) => what === "running").length === 4);
    expect([...second.ids().keys()].sort()).toEqual([array.name, byName.name].sort());
    await first.until((told) => told.some((one) => isEndOf(one, unwanted.name)));
    expect(first.told.filter(({ what }) => what === "ended")).toHaveLength(1);
    for (const group of [byId, byName]) second.service.stop({ group, index: 0 }, "enough");
    const ended = await second.ends(2);
    expect([...ended.values()].map(({ kind }) => kind)).toEqual(["stopped", "stopped"]);
  });
});

function isEndOf(one: Told, group: string): boolean {
  return one.what === "ended" && one.job.startsWith(group);
}
