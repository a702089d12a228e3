import { rowsOf, type Features } from "./features.ts";

/** How well a classifier does on held-out mail; spam is what it looks for. */
export interface Metrics {
  accuracy: number;
  /** Of the mails called spam, the share that is. */
  precision: number;
  /** Of the spam, the share that was found. */
  recall: number;
}

/** Compares log odds with what people said, over held-out rows only. */
export function evaluate(features: Features, scores: Float64Array): Metrics {
  let hits = 0;
  let falseAlarms = 0;
  let missed = 0;
  const rows = rowsOf(features, { heldOut: true });
  for (const row of rows) {
    const isCalledSpam = (scores[row] ?? 0) > 0;
    const isSpam = features.isSpam[row] === 1;
    if (isCalledSpam && isSpam) hits++;
    else if (isCalledSpam) falseAlarms++;
    else if (isSpam) missed++;
  }
  return {
    accuracy: 1 - (falseAlarms + missed) / rows.length,
    precision: hits / (hits + falseAlarms),
    recall: hits / (hits + missed),
  };
}
