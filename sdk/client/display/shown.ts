import type { ErrorRecord } from "../../../runtime/datastore/records.ts";
import type { TaskStatus } from "../../../runtime/datastore/reader/run-summary.ts";
import type { GpuUse } from "../../base/host.ts";
import type { Used } from "../used.ts";
import type { LogLine } from "../task-logs.ts";

/** What a page shows of an artifact. */
export interface ShownArtifact {
  readonly name: string;
  readonly pathspec: string;
  readonly type: string;
  readonly size: number;
  readonly hash: string;
  readonly isParameter: boolean;
  load(): Promise<unknown>;
}

/** What a page shows of a task. */
export interface ShownTask {
  readonly pathspec: string;
  readonly status: TaskStatus;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly error: ErrorRecord | null;
  readonly index: number | null;
  readonly label: string;
  readonly isReused: boolean;
  readonly gpu: GpuUse | null;
  readonly usage: Pick<Used, "series"> | null;
  artifacts(): Promise<readonly ShownArtifact[]>;
  logs(): AsyncIterable<LogLine>;
}

/** What a page shows of a step. */
export interface ShownStep {
  readonly pathspec: string;
  readonly doc: string | null;
}
