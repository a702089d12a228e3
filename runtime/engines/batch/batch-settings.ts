import type { EngineSettingTable } from "../engine.ts";

export const BATCH_SETTINGS = {
  queue: { variable: "MILLRACE_BATCH_QUEUE", key: "batchQueue" },
  jobRole: { variable: "MILLRACE_BATCH_JOB_ROLE", key: "batchJobRole" },
  executionRole: { variable: "MILLRACE_BATCH_EXECUTION_ROLE", key: "batchExecutionRole" },
} as const satisfies EngineSettingTable;

/** What holds for all steps that say nothing else, and how to speak of the program. */
export type BatchSettings = Readonly<Record<keyof typeof BATCH_SETTINGS, string | null>> & {
  /** The command line of the flow, as it stands in hints: `node flow.ts`. */
  readonly cli: string;
};
