import type { RunName } from "../jobs/job-service.ts";

const MAX_FLOW = 60;

/** Names all jobs of a run on the cluster, and no others: they are asked for by it. */
export function runKey({ flow, run }: RunName): string {
  return `${flow.slice(0, MAX_FLOW)}-${run}`.replaceAll(/[^A-Za-z0-9_-]/g, "_");
}
