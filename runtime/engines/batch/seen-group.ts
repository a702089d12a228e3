import type { JobState } from "../jobs/job-service.ts";
import type { GroupWatch } from "../jobs/polling/group-watch.ts";
import { jobEnd } from "./job-end.ts";
import { hasEnded, type SeenJob } from "./seen-job.ts";

/** A group that is watched, and what of Batch's words has to be remembered from look to look. */
export class SeenGroup {
  readonly watch: GroupWatch;
  /** How many of an array's jobs were in each state, as text, when they were last looked at. */
  lastSummary = "";
  /** Those that have ended, by what Batch calls it. */
  readonly ended = { SUCCEEDED: 0, FAILED: 0 };
  readonly #cli: string;

  constructor(watch: GroupWatch, cli: string) {
    this.watch = watch;
    this.#cli = cli;
  }

  get endedCount(): number {
    return this.ended.SUCCEEDED + this.ended.FAILED;
  }

  /** Takes one of Batch's jobs for that of the group. */
  see(index: number, seen: SeenJob): void {
    const { group, open, stops } = this.watch;
    if (!hasEnded(seen)) return this.goesOn(index, { name: seen.status, reason: seen.reason });
    if (!open.has(index)) return;
    this.ended[seen.status === "SUCCEEDED" ? "SUCCEEDED" : "FAILED"] += 1;
    const end = jobEnd(seen, { job: { group, index }, cli: this.#cli, stopReason: stops.get(index) ?? null });
    this.watch.see(index, { kind: "ended", end });
  }

  goesOn(index: number, { name, reason }: JobState): void {
    this.watch.see(index, { kind: name === "RUNNING" ? "running" : "waiting", name, reason });
  }
}
