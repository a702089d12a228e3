import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dockerEngine } from "../../../runtime/engines/docker/docker-engine.ts";
import { jobsFolder } from "../../../runtime/datastore/run-keys.ts";
import { awsEnvironment, makeBucket, motoForFile } from "../../rigs/aws/moto.ts";
import { FaultProxy } from "../../rigs/aws/proxy/fault-proxy.ts";
import { DOCKER, IMAGE } from "../../rigs/docker/engine.ts";
import { BATCH } from "../../e2e/batch/batch-for-file.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { prepareStage, type Stage } from "../contract/stage.ts";

describeWith(DOCKER, "where the datastore fails, trouble is told and the task ends: nobody waits for ever", () => {
  test("if what a job needs cannot be stored", async () => {
    const stage = await prepareStage({ engine: dockerEngine, datastore: temporaryFolder(), env: inContainers() });
    // A file where the folder should be stops even root.
    fs.writeFileSync(jobsOf(stage), "");
    await expectTrouble(stage, "ENOTDIR");
  });
});

describeWith(BATCH, "where a bucket refuses, trouble is told and the task ends", () => {
  const moto = motoForFile();
  let proxy: FaultProxy;
  beforeAll(async () => {
    proxy = await FaultProxy.start(moto.url());
  });
  afterAll(() => proxy.stop());

  test("if what a job left cannot be read", async () => {
    const datastore = `s3://${await makeBucket(moto.url())}/store`;
    const stage = await prepareStage({
      engine: dockerEngine,
      datastore,
      env: { ...inContainers(), ...awsEnvironment(proxy.url) },
    });
    const refusal = { kind: "answer", status: 403, code: "AccessDenied" } as const;
    await proxy.add({ on: { op: "get", key: "outcome-0" }, times: 1000, does: refusal });
    await expectTrouble(stage, "AccessDenied");
  });
});

function inContainers(): Record<string, string> {
  return { MILLRACE_IMAGE: IMAGE, MILLRACE_CACHE: temporaryFolder() };
}

function jobsOf({ store, document: { flow, run } }: Stage): string {
  return path.join(store.storage.location, path.dirname(jobsFolder({ flow, run }, "group")));
}

async function expectTrouble(stage: Stage, says: string): Promise<void> {
  const trial = await stage.open();
  const outcome = await trial.run("start", { task: 1 });
  expect(outcome).toMatchObject({ status: "failed", isRetryable: false });
  expect(trial.troubles.map(String)).toEqual([expect.stringContaining(says)]);
  await trial.backend.close();
  expect(trial.of(1).filter(({ type }) => type === "ended")).toHaveLength(1);
}
