import type { Engine, ServiceOptions } from "../engine.ts";
import type { JobListener } from "../jobs/job-service.ts";
import { hasQueue, openBatchJobs } from "./open-batch-jobs.ts";
import { billedOnBatch } from "./billed-on-batch.ts";
import { reachBucket } from "./reach-bucket.ts";
import { BATCH_SETTINGS } from "./batch-settings.ts";

/** Jobs and arrays of jobs on AWS Batch. */
export const batchEngine: Engine = {
  name: "batch",
  where: "on AWS Batch",
  indexVariables: ["AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ID"],
  settings: BATCH_SETTINGS,
  secrets: {
    kind: "kept-here",
    hint: 'keep them in AWS, where the job\'s role reads them: { type: "aws-secrets-manager", id } or { type: "aws-parameter-store", name }; or run the step on this machine or with --with docker',
  },
  jobs: {
    place: { option: "queue", help: "the job queue (default: MILLRACE_BATCH_QUEUE or millrace.config.json)" },
    logKeeper: "CloudWatch",
    isSetUp: hasQueue,
    open: openBatchJobs,
  },
  reach: reachBucket,
  computesHere: () => false,
  billed: billedOnBatch,
  endingOf: ({ run, programName }) => `${programName} batch kill --run ${run}`,
  service: openService,
  scheduler: {
    options: ["queue", "jobRole", "executionRole", "tags", "platform"],
    reach: reachBucket,
    service: openService,
  },
};

async function openService({ programName: cli, settings }: ServiceOptions) {
  const { openBatch } = await import("./open-batch.ts");
  return (listener: JobListener) => openBatch(listener, { ...settings.engine(BATCH_SETTINGS), cli });
}
