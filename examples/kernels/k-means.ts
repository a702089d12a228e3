import { type Grid, grid, kernel } from "millrace/gpu";
import { type Digits, PIXELS } from "../mnist/digits.ts";

export interface Clusters {
  /** The mean image of each cluster, one after the other. */
  means: Float32Array;
  /** The cluster of each digit. */
  clusters: Uint8Array;
  rounds: number;
}

const nearest = kernel(
  function (images: number[][], means: number[][], count: number, pixels: number, _images: number) {
    let best = 0;
    let least = 1e30;
    for (let cluster = 0; cluster < count; cluster++) {
      let distance = 0;
      for (let i = 0; i < pixels; i++) {
        const difference = images[this.thread.x]![i]! - means[cluster]![i]!;
        distance += difference * difference;
      }
      if (distance < least) {
        least = distance;
        best = cluster;
      }
    }
    return best;
  },
  { output: ([, , , , images]) => [images] },
);

const meanImages = kernel(
  function (images: number[][], clusters: number[], total: number, _pixels: number, _count: number) {
    let sum = 0;
    let members = 0;
    for (let image = 0; image < total; image++) {
      if (clusters[image]! === this.thread.y) {
        sum += images[image]![this.thread.x]!;
        members += 1;
      }
    }
    return members > 0 ? sum / members : 0;
  },
  { output: ([, , , pixels, count]) => [pixels, count] },
);

/** Lloyd's algorithm: until no digit changes its cluster, or for as many rounds as are allowed. */
export async function kMeans(
  { images, labels }: Digits,
  { count, maxRounds }: { count: number; maxRounds: number },
): Promise<Clusters> {
  const total = labels.length;
  const rows = grid(images, [PIXELS, total]);
  // The digits come in no order, so the first ones are as good as any.
  let means: Grid = grid(images.slice(0, count * PIXELS), [PIXELS, count]);
  let clusters: Grid = grid(new Float32Array(total).fill(-1), [total]);
  for (let rounds = 1; ; rounds++) {
    const next = await nearest(rows, means, count, PIXELS, total);
    const isSettled = next.data.every((cluster, at) => cluster === clusters.data[at]);
    clusters = next;
    if (isSettled || rounds === maxRounds)
      return { means: means.data, clusters: Uint8Array.from(clusters.data), rounds };
    means = await meanImages(rows, clusters, total, PIXELS, count);
  }
}

/** The share of digits that are what most of their cluster are. */
export function purity({ labels }: Digits, clusters: Uint8Array): number {
  const tallies = new Map<number, number[]>();
  clusters.forEach((cluster, at) => {
    const tally = tallies.get(cluster) ?? Array<number>(10).fill(0);
    tally[labels[at]!]! += 1;
    tallies.set(cluster, tally);
  });
  return [...tallies.values()].reduce((sum, tally) => sum + Math.max(...tally), 0) / labels.length;
}
