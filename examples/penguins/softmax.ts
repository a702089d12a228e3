/** What a penguin is measured by. */
export const FEATURES = ["beakLength", "beakDepth", "flipperLength", "bodyMass"] as const;

export type Measures = Readonly<Record<(typeof FEATURES)[number], number>>;

/** A softmax regression on standardized features. */
export interface SoftmaxModel {
  readonly species: readonly string[];
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** For each species a weight for each feature, and the bias. */
  readonly weights: readonly (readonly number[])[];
}

/** The probability of each species. */
export function probabilities(model: SoftmaxModel, measures: Measures): number[] {
  const x = standardized(model, measures);
  const scores = model.weights.map((weights) =>
    x.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), 0),
  );
  const most = scores.reduce((largest, score) => Math.max(largest, score), -Infinity);
  const powers = scores.map((score) => Math.exp(score - most));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** Fits by gradient descent. */
export function fit(
  rows: readonly (Measures & { readonly species: string })[],
  { epochs, learningRate }: { readonly epochs: number; readonly learningRate: number },
): SoftmaxModel {
  const species = [...new Set(rows.map((row) => row.species))].sort();
  const mean = FEATURES.map((name) => average(rows.map((row) => row[name])));
  const deviation = FEATURES.map((name, index) =>
    Math.sqrt(average(rows.map((row) => (row[name] - (mean[index] ?? 0)) ** 2))),
  );
  let weights = species.map(() => [...FEATURES.map(() => 0), 0]);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const model = { species, mean, deviation, weights };
    const gradient = weights.map((row) => row.map(() => 0));
    for (const row of rows) {
      const x = standardized(model, row);
      for (const [index, probability] of probabilities(model, row).entries()) {
        const error = probability - (row.species === species[index] ? 1 : 0);
        for (const [feature, value] of x.entries()) {
          const own = gradient[index] ?? [];
          own[feature] = (own[feature] ?? 0) + (error * value) / rows.length;
        }
      }
    }
    weights = weights.map((row, index) =>
      row.map((weight, at) => weight - learningRate * (gradient[index]?.[at] ?? 0)),
    );
  }
  return { species, mean, deviation, weights };
}

/** With a one at the end, for the bias. */
function standardized({ mean, deviation }: SoftmaxModel, measures: Measures): number[] {
  return [...FEATURES.map((name, index) => (measures[name] - (mean[index] ?? 0)) / (deviation[index] ?? 1)), 1];
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
