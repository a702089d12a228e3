const MIN_MS = 200;
const MAX_MS = 10_000;
/** Of the time since a job changed: so much later, relatively, its next change may be noticed. */
const LATENESS = 0.05;
/** For each further request that a look takes: others of the account ask as well, and each takes us some time to read. */
const MS_PER_CALL = 400;
const JITTER = 0.2;

export interface PaceOptions {
  /** Since the job that changed last did so, of those that go on. */
  readonly youngestMs: number;
  /** Requests that the last look took. */
  readonly calls: number;
  readonly random?: () => number;
}

/** How long to wait until jobs are looked at again: short after a change, longer the longer nothing changes. */
export function nextLookMs({ youngestMs, calls, random = Math.random }: PaceOptions): number {
  const wanted = Math.max(MIN_MS, youngestMs * LATENESS, (calls - 1) * MS_PER_CALL);
  return Math.min(wanted, MAX_MS) * (1 - JITTER * random());
}
