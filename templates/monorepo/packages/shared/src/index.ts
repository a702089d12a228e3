export type Point = readonly [x: number, y: number];

/** What every flow of the workspace means by an error. */
export function meanSquaredError(points: readonly Point[], slope: number): number {
  return points.reduce((sum, [x, y]) => sum + (y - slope * x) ** 2, 0) / points.length;
}
