import { afterAll, beforeAll, expect, test } from "vitest";
import { batchEngine } from "../../../runtime/engines/batch/batch-engine.ts";
import { batchEnvironment } from "../../rigs/aws/batch-environment.ts";
import { makeBucket, motoForFile } from "../../rigs/aws/moto.ts";
import { derivedImage, removeImage } from "../../rigs/docker/derived-image.ts";
import { BATCH } from "../../e2e/batch/batch-for-file.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { CredentialsServer } from "./credentials-server.ts";
import { prepareStage } from "./stage.ts";

describeWith(BATCH, "a job whose role gives it credentials", () => {
  const moto = motoForFile();
  const server = new CredentialsServer();
  const tag = `millrace-test:role-${process.pid}`;
  beforeAll(async () => {
    const AWS_CONTAINER_CREDENTIALS_FULL_URI = await server.start();
    const image = derivedImage(tag, {
      AWS_CONTAINER_CREDENTIALS_FULL_URI,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: server.token,
    });
    Object.assign(process.env, await batchEnvironment(moto.url(), image), { MILLRACE_CACHE: temporaryFolder() });
  });
  afterAll(() => {
    server.stop();
    removeImage(tag);
  });

  test("reads and writes the bucket with them, without any key of the launcher's", async () => {
    const datastore = `s3://${await makeBucket(moto.url())}/store`;
    const stage = await prepareStage({ engine: batchEngine, datastore });
    const trial = await stage.open();
    const first = await trial.run("start");
    expect(first).toMatchObject({ status: "succeeded" });
    await trial.backend.close();
    // Whoever reads the bucket asks: what starts the container, and the process that executes the task.
    expect(server.answers.length).toBeGreaterThanOrEqual(2);
    expect(new Set(server.answers)).toEqual(new Set([200]));
  });
});
