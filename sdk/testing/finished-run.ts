import type { Run } from "../client/index.ts";

/** A run that is over. */
export type FinishedRun<Flow = unknown> = Run<Flow> & {
  /** How the run ended. */
  readonly status: "succeeded" | "failed";
  /** When the run ended. */
  readonly finishedAt: Date;
};
