/** A run that waits for its process. */
export interface WaitingRun {
  readonly priority: number;
  /** Since when it waits. */
  readonly time: number;
}

/** A run that has waited for this long counts as one of a priority higher by one. */
const AGEING_MS = 10 * 60_000;

/** Higher priority first, then what has waited longest; whatever waits rises, so that nothing waits for ever. */
export function waitingOrder<Run extends WaitingRun>(runs: readonly Run[], now: number): Run[] {
  const rank = ({ priority, time }: Run) => priority + Math.floor(Math.max(0, now - time) / AGEING_MS);
  return [...runs].sort((a, b) => rank(b) - rank(a) || a.time - b.time);
}
