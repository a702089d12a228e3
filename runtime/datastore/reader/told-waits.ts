import type { RunRecord } from "../run-record.ts";
import type { RunHeader } from "./run-summary.ts";

/** What the next tasks of steps wait for while the run goes on, as its scheduler told last: names of what tasks share. */
export function toldWaits(
  record: RunRecord,
  { status }: Pick<RunHeader, "status">,
): ReadonlyMap<string, readonly string[]> {
  if (status !== "running") return new Map();
  return new Map(record.progress()?.waits?.map(({ step, waitsFor }) => [step, waitsFor]));
}
