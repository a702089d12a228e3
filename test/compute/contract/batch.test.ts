import { beforeAll } from "vitest";
import { awsEnvironment, makeBucket, motoForFile } from "../../aws/moto.ts";
import { makeQueue } from "../../aws/queue.ts";
import { imageWithCredentials } from "../../docker/derived-image.ts";
import { BATCH } from "../../e2e/batch/batch-for-file.ts";
import { temporaryFolder } from "../../e2e/harness.ts";
import { describeWith } from "../../setup/describe-with.ts";
import { backendContract } from "./backend-contract.ts";

describeWith(BATCH, "jobs of AWS Batch", () => {
  const moto = motoForFile();
  beforeAll(async () => {
    Object.assign(process.env, awsEnvironment(moto.url()), {
      MILLRACE_IMAGE: imageWithCredentials(),
      MILLRACE_CACHE: temporaryFolder(),
      MILLRACE_BATCH_QUEUE: await makeQueue(moto.url()),
    });
  });

  backendContract(async () => ({ engine: "batch", datastore: `s3://${await makeBucket(moto.url())}/store` }));
});
