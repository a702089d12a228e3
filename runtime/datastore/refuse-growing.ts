import { brokenInvariant } from "../../sdk/base/millrace-error.ts";

/** Journals, results, logs, metrics, cards and what reused jobs are told, of runs and of steps that were tried out; requests. */
const GROWING =
  /^requests\/|^(?:flows|spins)\/[^/]+\/[^/]+\/(?:journal\.jsonl$|results\/|logs\/|metrics\/|cards\/|jobs\/[^/]+\/(?:tasks|told)-)/;

/**
 * What grows is read piece by piece, with `tail`, `end` or `open`: as a whole it may exceed the memory, a Buffer or a
 * string. Each storage asks this before it reads an object as a whole.
 * @throws for such a key
 */
export function refuseGrowing(key: string): void {
  if (GROWING.test(key)) throw brokenInvariant(`${key} grows, so it is read piece by piece, never as a whole`);
}
