import { beforeAll } from "vitest";
import { batchEngine } from "../../../runtime/engines/batch/batch-engine.ts";
import { batchEnvironment } from "../../rigs/aws/batch-environment.ts";
import { makeBucket, motoForFile } from "../../rigs/aws/moto.ts";
import { BATCH } from "../../e2e/batch/batch-for-file.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { backendContract } from "./backend-contract.ts";

describeWith(BATCH, "jobs of AWS Batch that take several tasks", () => {
  const moto = motoForFile();
  beforeAll(async () => {
    Object.assign(process.env, await batchEnvironment(moto.url()), { MILLRACE_CACHE: temporaryFolder() });
  });

  backendContract(async () => ({
    engine: batchEngine,
    datastore: `s3://${await makeBucket(moto.url())}/store`,
    isReused: true,
  }));
});
