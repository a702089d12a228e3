type Point = readonly [number, number | null];

/** A picture has no more places to tell points apart. */
const BUCKETS = 600;

/** Of many points those that are seen: of each part its first, lowest, highest and last, and every gap. */
export function thinnedLine(points: readonly Point[]): readonly Point[] {
  if (points.length <= BUCKETS * 4) return points;
  const size = points.length / BUCKETS;
  return Array.from({ length: BUCKETS }, (_, bucket) => {
    const [start, end] = [Math.floor(bucket * size), Math.floor((bucket + 1) * size)];
    const kept = new Set([start, end - 1]);
    let [low, high, gap] = [-1, -1, -1];
    for (let at = start; at < end; at++) {
      const y = points[at]?.[1] ?? null;
      if (y === null) gap = at;
      else {
        if (low < 0 || y < (points[low]?.[1] ?? 0)) low = at;
        if (high < 0 || y > (points[high]?.[1] ?? 0)) high = at;
      }
    }
    for (const at of [low, high, gap]) if (at >= 0) kept.add(at);
    return [...kept].sort((a, b) => a - b).flatMap((at) => (points[at] === undefined ? [] : [points[at]]));
  }).flat();
}
