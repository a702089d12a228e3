import type { RunFlags } from "../run/flags.ts";

export interface ResumeFlags extends RunFlags {
  readonly originRunId?: string;
  readonly dryRun?: boolean;
}
