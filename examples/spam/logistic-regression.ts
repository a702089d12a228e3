import { bucketCount, rowsOf, visitRow, type Features } from "./features.ts";

export interface LogisticOptions {
  epochs: number;
  learningRate: number;
  /** The L2 penalty, applied once an epoch. */
  penalty: number;
}

/**
 * Logistic regression by stochastic gradient descent over word counts, damped by a logarithm and scaled to length one.
 * Rows are visited in a fixed order, so the result is always the same.
 *
 * @returns one log odds per row, held-out rows included; above zero means spam.
 */
export function logisticScores(features: Features, options: LogisticOptions): Float64Array {
  const weights = new Float64Array(bucketCount);
  let bias = 0;
  const training = rowsOf(features, { heldOut: false });
  const lengths = Float64Array.from(features.isSpam, (_, row) => rowLength(features, row));
  const score = (row: number) => {
    let sum = 0;
    visitRow(features, row, (bucket, count) => (sum += Math.log1p(count) * (weights[bucket] ?? 0)));
    return bias + sum / (lengths[row] ?? 1);
  };
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    const rate = options.learningRate / (1 + epoch);
    // A stride that is prime and does not divide the number of rows visits each once, spam and ham well mixed.
    for (let i = 0; i < training.length; i++) {
      const row = training[(i * 7919) % training.length] ?? 0;
      const gradient = (features.isSpam[row] ?? 0) - 1 / (1 + Math.exp(-score(row)));
      const pull = (rate * gradient) / (lengths[row] ?? 1);
      visitRow(features, row, (bucket, count) => {
        weights[bucket] = (weights[bucket] ?? 0) + pull * Math.log1p(count);
      });
      bias += rate * gradient;
    }
    for (let bucket = 0; bucket < bucketCount; bucket++)
      weights[bucket] = (weights[bucket] ?? 0) * (1 - options.penalty);
  }
  return Float64Array.from(features.isSpam, (_, row) => score(row));
}

function rowLength(features: Features, row: number): number {
  let sum = 0;
  visitRow(features, row, (_, count) => (sum += Math.log1p(count) ** 2));
  return Math.sqrt(sum) || 1;
}
