import { expect, test } from "vitest";
import type { StepJob } from "../../../runtime/engines/jobs/job-service.ts";
import { MOTO, motoForFile } from "../../rigs/aws/moto.ts";
import { makeQueue } from "../../rigs/aws/queue.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { NEEDS, openRecorded } from "./recorder.ts";

describeWith(MOTO, "before a run on AWS Batch", () => {
  const moto = motoForFile();

  function check(step: Partial<StepJob>, queue: string | null): Promise<void> {
    return openRecorded(moto.url(), { queue }).service.check([{ ...NEEDS, ...step }]);
  }

  test("what the queue can run passes", async () => {
    await check({ gpu: 4, cpu: 0.5 }, await makeQueue(moto.url()));
  });

  test("a queue has to be named", async () => {
    await expect(check({}, null)).rejects.toMatchObject({
      headline: "Cannot use AWS Batch because no job queue is named",
      details: [
        "steps: train",
        'wanted: MILLRACE_BATCH_QUEUE, "batchQueue" in millrace.config.json, or @batch({ queue })',
      ],
      hint: "`millrace configure aws` finds the queue and saves it",
    });
  });

  test("a step's own queue is taken before that of the project", async () => {
    await check({ options: { queue: await makeQueue(moto.url()) } }, "no-such-queue");
  });

  test("a mistyped queue is found among those that exist", async () => {
    await makeQueue(moto.url(), { name: "training-gpu" });
    await expect(check({}, "training-gpus")).rejects.toMatchObject({
      headline: "Cannot use AWS Batch because there is no job queue training-gpus",
      hint: "did you mean training-gpu? Set it with MILLRACE_BATCH_QUEUE or @batch({ queue })",
    });
  });

  test("a disabled queue is refused", async () => {
    const queue = await makeQueue(moto.url(), { state: "DISABLED" });
    await expect(check({}, queue)).rejects.toMatchObject({
      headline: `Cannot use AWS Batch because the job queue ${queue} is disabled`,
    });
  });

  test("all that Fargate cannot give is told at once", async () => {
    const queue = await makeQueue(moto.url(), { on: "FARGATE" });
    const step = {
      ...{ gpu: 1, cpu: 1, memoryMb: 1000, sharedMemoryMb: 64, diskMb: 300_000 },
      options: { tmpfs: 100, efa: 1, hostVolumes: ["/data"] },
    };
    await expect(check(step, queue)).rejects.toMatchObject({
      headline: "Cannot run on AWS Batch because its queue cannot give what steps ask for",
      details: [
        "train: gpu: 1; Fargate has no GPUs: use a queue on EC2 instances",
        "train: cpu: 1, memory: 1000; Fargate has no task of that size, the next is cpu: 1, memory: 2048",
        "train: executionRole: none; Fargate needs one: set it in @batch, MILLRACE_BATCH_EXECUTION_ROLE or millrace.config.json",
        "train: sharedMemory: 64; only EC2 can change it",
        "train: tmpfs: 100; only EC2 has it",
        "train: efa: 1; only EC2 has such devices",
        "train: hostVolumes: /data; Fargate has no host to mount from: use efsVolumes",
        "train: disk: 300000 MB; Fargate gives at most 200 GiB",
      ],
    });
  });

  test("a size that Fargate has passes there", async () => {
    const queue = await makeQueue(moto.url(), { on: "FARGATE" });
    await check({ cpu: 0.25, memoryMb: 2048, options: { executionRole: "arn:aws:iam::123456789012:role/x" } }, queue);
    await check({ cpu: 8, memoryMb: 20_480, options: { executionRole: "arn:aws:iam::123456789012:role/x" } }, queue);
  });

  test("a disk that EC2 does not give by the job is a warning", async () => {
    const { service, told } = openRecorded(moto.url(), { queue: await makeQueue(moto.url()) });
    await service.check([{ ...NEEDS, diskMb: 50_000 }]);
    expect(told).toMatchObject([{ what: "warning", text: expect.stringContaining("train asks for 50000 MB of disk") }]);
  });

  test.each([
    ["AWS_REGION", "no region is set", "set AWS_REGION, or the region of your profile"],
    ["AWS_SECRET_ACCESS_KEY", "no credentials were found", expect.stringContaining("AWS_PROFILE")],
  ])("without %s it is said what lacks", async (variable, because, hint) => {
    const { service } = openRecorded(moto.url(), { queue: "any" });
    delete process.env[variable];
    await expect(service.check([NEEDS])).rejects.toMatchObject({
      headline: `Cannot run steps on AWS Batch because ${because}`,
      hint,
    });
  });

  test("a place where nothing answers is said to be out of reach", async () => {
    const { service } = openRecorded("http://127.0.0.1:9", { queue: "any" });
    await expect(service.check([NEEDS])).rejects.toMatchObject({
      headline: "Cannot run steps on AWS Batch because it cannot be reached",
      details: [expect.stringContaining("ECONNREFUSED")],
    });
  });
});
