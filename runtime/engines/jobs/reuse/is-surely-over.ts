import type { JobEnd } from "../job-service.ts";

/** Whether nothing of the job can run any more; one that its service lost sight of may. */
export function isSurelyOver({ kind, exitCode }: JobEnd): boolean {
  return exitCode !== null || kind === "not-started" || kind === "out-of-memory" || kind === "timed-out";
}
