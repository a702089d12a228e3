import { BATCH_OPTIONS } from "../../../sdk/decorators/batch.ts";
import { knownOptions } from "../../../sdk/decorators/decorator-definition.ts";
import type { StepJob } from "../jobs/job-service.ts";
import type { BatchSettings } from "./batch-settings.ts";

/** What a step says for AWS Batch alone, `@batch` or the project's settings. */
export interface BatchStepOptions {
  /** Name or ARN. */
  readonly queue: string | null;
  readonly jobRole: string | null;
  readonly executionRole: string | null;
  /** Size of a file system in memory, in MB. */
  readonly tmpfsMb: number | null;
  readonly efaCount: number;
  readonly volumes: readonly Volume[];
  readonly tags: Readonly<Record<string, string>>;
  /** Null leaves it to the queue. */
  readonly platform: Platform | null;
  /** Raw fields laid over the request. */
  readonly overrides: Readonly<Record<string, unknown>>;
}

export type Platform = "EC2" | "FARGATE";

export interface Volume {
  readonly kind: "host" | "efs";
  /** A folder of the host, or the id of a file system. */
  readonly source: string;
  readonly path: string;
  readonly isReadOnly: boolean;
}

export function stepOptions({ options }: Pick<StepJob, "options">, settings: BatchSettings): BatchStepOptions {
  const own = knownOptions(BATCH_OPTIONS, options);
  return {
    queue: own.queue ?? settings.queue,
    jobRole: own.jobRole ?? settings.jobRole,
    executionRole: own.executionRole ?? settings.executionRole,
    tmpfsMb: own.tmpfs ?? null,
    efaCount: own.efa ?? 0,
    volumes: [
      ...(own.hostVolumes ?? []).map((volume) => volumeOf("host", volume)),
      ...(own.efsVolumes ?? []).map((volume) => volumeOf("efs", volume)),
    ],
    tags: own.tags ?? {},
    platform: own.platform === undefined ? null : PLATFORMS[own.platform],
    overrides: own.overrides ?? {},
  };
}

const PLATFORMS = { ec2: "EC2", fargate: "FARGATE" } as const;

/** `source`, `source:path` or `source:path:ro`. */
function volumeOf(kind: Volume["kind"], given: string): Volume {
  const [source = "", path, mode] = given.split(":");
  return { kind, source, path: path ?? (kind === "host" ? source : `/mnt/${source}`), isReadOnly: mode === "ro" };
}
