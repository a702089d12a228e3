const DEFAULT_LOOKS = { minMs: 200, maxMs: 10_000 };
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
  /** Bounds of the answer. @defaultValue 200 ms to 10 s */
  readonly looks?: { readonly minMs: number; readonly maxMs: number } | undefined;
  readonly random?: () => number;
}

/** How long to wait until jobs are looked at again: short after a change, longer the longer nothing changes. */
export function nextLookMs({ youngestMs, calls, looks, random = Math.random }: PaceOptions): number {
  const { minMs, maxMs } = looks ?? DEFAULT_LOOKS;
  const wanted = Math.max(minMs, youngestMs * LATENESS, (calls - 1) * MS_PER_CALL);
  return Math.min(wanted, maxMs) * (1 - JITTER * random());
}
