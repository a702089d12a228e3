import { bucketCount, rowsOf, visitRow, type Features } from "./features.ts";

/**
 * Multinomial naive Bayes with add-one smoothing, learned from the training rows.
 *
 * @returns one log odds per row, held-out rows included; above zero means spam.
 */
export function naiveBayesScores(features: Features): Float64Array {
  const counts = [new Float64Array(bucketCount).fill(1), new Float64Array(bucketCount).fill(1)] as const;
  const training = rowsOf(features, { heldOut: false });
  for (const row of training) {
    const own = features.isSpam[row] === 1 ? counts[1] : counts[0];
    visitRow(features, row, (bucket, count) => (own[bucket] = (own[bucket] ?? 0) + count));
  }
  const spamCount = training.filter((row) => features.isSpam[row] === 1).length;
  const prior = Math.log(spamCount / (training.length - spamCount));
  const totals = counts.map((side) => side.reduce((sum, count) => sum + count, 0));
  const balance = Math.log((totals[0] ?? 1) / (totals[1] ?? 1));
  const odds = counts[1].map((spam, bucket) => Math.log(spam / (counts[0][bucket] ?? 1)) + balance);
  return Float64Array.from(features.isSpam, (_, row) => {
    let sum = prior;
    visitRow(features, row, (bucket, count) => (sum += count * (odds[bucket] ?? 0)));
    return sum;
  });
}
