/**
 * Notes what is open now; the returned function says whether the same is open later. A task that leaves a timer, a
 * socket or a child process behind has not made its process ready for the next one.
 */
export function quietnessWatch(): () => boolean {
  const before = countsOf(process.getActiveResourcesInfo());
  return () => {
    for (const [kind, count] of countsOf(process.getActiveResourcesInfo())) {
      if (count > (before.get(kind) ?? 0)) return false;
    }
    return true;
  };
}

/** Present while a finished request is being cleared away; not a sign of work to come. */
const PASSING = new Set([
  "CloseReq",
  "FSReqCallback",
  "FSReqPromise",
  "Immediate",
  "TickObject",
  "PipeWrap",
  "TTYWrap",
]);

function countsOf(kinds: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of kinds) if (!PASSING.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
