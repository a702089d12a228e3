import type { Run } from "../client/index.ts";

/** A run that is over. */
export type FinishedRun<Flow = unknown> = Run<Flow> & {
  readonly status: "succeeded" | "failed";
  readonly finishedAt: Date;
};
