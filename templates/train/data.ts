export type Point = readonly [x: number, y: number];

/** Points around the line y = 2x; the same for the same seed. */
export function makePoints(count: number, seed: number): Point[] {
  let state = seed;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
  return Array.from({ length: count }, (_, at) => {
    const x = (at + 1) / count;
    return [x, 2 * x + (random() - 0.5) / 10];
  });
}

export function meanSquaredError(points: readonly Point[], slope: number): number {
  return points.reduce((sum, [x, y]) => sum + (y - slope * x) ** 2, 0) / points.length;
}
