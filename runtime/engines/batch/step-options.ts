import type { StepJob } from "../jobs/job-service.ts";
import type { BatchSettings } from "./batch-settings.ts";

/** What a step says for AWS Batch alone, `@batch` or the project's settings. */
export interface StepOptions {
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

/** The decorator has checked the options already. */
export function stepOptions({ options }: Pick<StepJob, "options">, settings: BatchSettings): StepOptions {
  const platform = text(options["platform"])?.toUpperCase();
  return {
    queue: text(options["queue"]) ?? settings.queue,
    jobRole: text(options["jobRole"]) ?? settings.jobRole,
    executionRole: text(options["executionRole"]) ?? settings.executionRole,
    tmpfsMb: number(options["tmpfs"]),
    efaCount: number(options["efa"]) ?? 0,
    volumes: [
      ...texts(options["hostVolumes"]).map((volume) => volumeOf("host", volume)),
      ...texts(options["efsVolumes"]).map((volume) => volumeOf("efs", volume)),
    ],
    tags: (options["tags"] ?? {}) as StepOptions["tags"],
    platform: platform === "EC2" || platform === "FARGATE" ? platform : null,
    overrides: (options["overrides"] ?? {}) as StepOptions["overrides"],
  };
}

/** `source`, `source:path` or `source:path:ro`. */
function volumeOf(kind: Volume["kind"], given: string): Volume {
  const [source = "", path, mode] = given.split(":");
  return { kind, source, path: path ?? (kind === "host" ? source : `/mnt/${source}`), isReadOnly: mode === "ro" };
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
