import type { Film } from "./films.ts";
import { seededRandom } from "./random.ts";

/** Who rates: IMDB's users and the critics that Rotten Tomatoes counts. */
export const raters = ["audience", "critics"] as const;

/** Ratings as parallel columns: `film[i]` got `score[i]` from `rater[i]`. */
export interface RatingSet {
  film: Uint16Array;
  rater: Uint8Array;
  /** In standard deviations from the rater's mean, so that both raters weigh alike. */
  score: Float64Array;
}

/** The ratings, split, with each rater's mean and standard deviation over the training part. */
export interface Ratings {
  train: RatingSet;
  heldOut: RatingSet;
  mean: number[];
  deviation: number[];
}

interface Cell {
  film: number;
  rater: number;
  value: number;
}

/** Splits all known ratings at random and standardizes them by what the training part shows. */
export function splitRatings(films: readonly Film[], options: { heldOutShare: number; seed: number }): Ratings {
  const random = seededRandom(options.seed);
  const train: Cell[] = [];
  const heldOut: Cell[] = [];
  films.forEach((film, index) => {
    raters.forEach((name, rater) => {
      const value = film[name];
      if (value === null) return;
      (random() < options.heldOutShare ? heldOut : train).push({ film: index, rater, value });
    });
  });
  const scales = raters.map((_, rater) => scaleOf(train.filter((cell) => cell.rater === rater)));
  const mean = scales.map((scale) => scale.mean);
  const deviation = scales.map((scale) => scale.deviation);
  const standardized = (cells: Cell[]): RatingSet => ({
    film: Uint16Array.from(cells, (cell) => cell.film),
    rater: Uint8Array.from(cells, (cell) => cell.rater),
    score: Float64Array.from(cells, (cell) => (cell.value - (mean[cell.rater] ?? 0)) / (deviation[cell.rater] ?? 1)),
  });
  return { train: standardized(train), heldOut: standardized(heldOut), mean, deviation };
}

function scaleOf(cells: readonly Cell[]): { mean: number; deviation: number } {
  const mean = cells.reduce((sum, cell) => sum + cell.value, 0) / cells.length;
  const variance = cells.reduce((sum, cell) => sum + (cell.value - mean) ** 2, 0) / cells.length;
  return { mean, deviation: Math.sqrt(variance) };
}

/**
 * The root mean square error of predictions, laid out film by film with one number per rater.
 * In standard deviations of a rater; predicting every rater's mean gives about 1.
 */
export function rootMeanSquareError(set: RatingSet, predictions: Float64Array): number {
  let sum = 0;
  set.score.forEach((score, i) => {
    sum += (score - (predictions[(set.film[i] ?? 0) * raters.length + (set.rater[i] ?? 0)] ?? 0)) ** 2;
  });
  return Math.sqrt(sum / set.score.length);
}
