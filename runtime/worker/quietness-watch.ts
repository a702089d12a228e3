/**
 * Notes what is open now; the returned function says whether no more is open later. A task that leaves a timer, a
 * socket, a file operation or a child process behind has not made its process ready for the next one.
 */
export function quietnessWatch(): () => Promise<boolean> {
  const before = countsOf(process.getActiveResourcesInfo());
  return async () => {
    // What is about to be over gets a few turns to be so.
    for (let turn = 0; turn < TURNS; turn += 1) {
      if (!hasMore(before)) return true;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return false;
  };
}

const TURNS = 5;

/** Our own channel and output, and what Node clears away by itself; not a sign of work to come. */
const PASSING = new Set(["CloseReq", "TickObject", "PipeWrap", "TTYWrap"]);

function hasMore(before: ReadonlyMap<string, number>): boolean {
  for (const [kind, count] of countsOf(process.getActiveResourcesInfo()))
    if (count > (before.get(kind) ?? 0)) return true;
  return false;
}

function countsOf(kinds: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of kinds) if (!PASSING.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
