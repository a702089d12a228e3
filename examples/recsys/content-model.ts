import { CholeskyDecomposition, Matrix } from "ml-matrix";
import type { Attributes } from "./attributes.ts";
import { raters, type Ratings } from "./ratings.ts";

/**
 * Model A: a ridge regression per rater on the films' attributes and the squares of their quantities.
 * It never sees another rating of the same film.
 *
 * @returns predictions film by film, one number per rater, in standard deviations.
 */
export function fitContentModel(ratings: Ratings, attributes: Attributes, options: { ridge: number }): Float64Array {
  const width = attributes.columns.length + 1;
  const rows = attributes.rows.map((row) => [[width - 1, 1] as [number, number], ...row]);
  const predictions = new Float64Array(rows.length * raters.length);
  raters.forEach((_, rater) => {
    const weights = ridgeWeights(ratings, rows, { rater, width, ridge: options.ridge });
    rows.forEach((row, film) => {
      predictions[film * raters.length + rater] = row.reduce((sum, [c, x]) => sum + x * weights.get(c, 0), 0);
    });
  });
  return predictions;
}

function ridgeWeights(
  { train }: Ratings,
  rows: [number, number][][],
  options: { rater: number; width: number; ridge: number },
): Matrix {
  const gram = Matrix.eye(options.width, options.width, options.ridge);
  const target = Matrix.zeros(options.width, 1);
  train.score.forEach((score, i) => {
    if (train.rater[i] !== options.rater) return;
    const row = rows[train.film[i] ?? 0] ?? [];
    for (const [a, x] of row) {
      target.set(a, 0, target.get(a, 0) + x * score);
      for (const [b, y] of row) gram.set(a, b, gram.get(a, b) + x * y);
    }
  });
  return new CholeskyDecomposition(gram).solve(target);
}
