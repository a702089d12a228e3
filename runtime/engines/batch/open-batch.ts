import type { JobListener, JobService } from "../jobs/job-service.ts";
import { openPolled } from "../jobs/polling/open-polled.ts";
import { BatchApi } from "./batch-api.ts";
import type { BatchSettings } from "./batch-settings.ts";

/** Runs jobs on AWS Batch. */
export function openBatch(listener: JobListener, settings: BatchSettings): JobService {
  return openPolled({ name: "batch", api: new BatchApi(settings), listener });
}
