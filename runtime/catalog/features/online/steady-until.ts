import type { KeyedSource } from "../keyed-source.ts";

/**
 * From when on the same rows may give other values than at that instant: the next one is known then, or the next one leaves a
 * window. Null where that never happens.
 *
 * @param windows - their lengths in milliseconds; of one without an end infinite
 */
export function steadyUntil(
  { rows, clocks }: KeyedSource,
  { until, windows }: { readonly until: number; readonly windows: readonly number[] },
): number | null {
  const ends = [...new Set(windows)].filter((window) => Number.isFinite(window));
  let steady = Infinity;
  for (let row = 0; row < rows.length; row += 1) {
    const event = clocks.event[row]!;
    const known = Math.max(event, clocks.created[row]!);
    if (known > until) steady = Math.min(steady, known);
    else
      for (const window of ends) {
        const end = Math.floor(event + window);
        if (end > until) steady = Math.min(steady, end);
      }
  }
  return Number.isFinite(steady) ? steady : null;
}
