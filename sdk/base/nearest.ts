import { closest, distance } from "fastest-levenshtein";

/** The candidate that a mistyped word most likely meant; null if none is close. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const all = [...candidates];
  if (all.length === 0) return null;
  const lowered = new Map(all.map((candidate) => [candidate.toLowerCase(), candidate]));
  const best = closest(word.toLowerCase(), [...lowered.keys()]);
  const limit = Math.max(1, Math.floor(Math.max(word.length, best.length) / 3));
  return distance(word.toLowerCase(), best) <= limit ? (lowered.get(best) ?? null) : null;
}
