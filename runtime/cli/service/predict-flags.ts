import type { RunFlags } from "../commands/run/flags.ts";

/** What `predict` is told beside the options of a run. */
export interface PredictFlags extends RunFlags {
  readonly input?: string;
  readonly output: string;
  readonly method?: string;
  readonly model?: string;
  readonly rowsPerTask: number;
  /** True for the latest run of the user. */
  readonly resume?: string | true;
}
