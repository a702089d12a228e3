/** How right answers were, where the truth is known. */
export type Accuracy = Classification | Regression;

/** Of labels. */
interface Classification {
  readonly kind: "classification";
  /** Answers whose truth is known. */
  readonly known: number;
  /** The share that was right. */
  readonly accuracy: number;
  /** Of a probability that was answered where the truth is 0 or 1: the mean squared error. */
  readonly brier: number | null;
  readonly classes: readonly ClassAccuracy[];
}

interface ClassAccuracy {
  readonly label: string;
  /** How often it was true. */
  readonly known: number;
  /** The share of these that was answered so; null where it was never true. */
  readonly recall: number | null;
  /** The share of such answers that was right; null where it was never answered. */
  readonly precision: number | null;
}

/** Of numbers. */
interface Regression {
  readonly kind: "regression";
  readonly known: number;
  /** Mean absolute error. */
  readonly mae: number;
  /** Root of the mean squared error. */
  readonly rmse: number;
  /** Mean of answer less truth: above 0 the model answers too much. */
  readonly bias: number;
}

/** An answer, and what should have been. */
export type AnswerPair = readonly [answer: unknown, truth: unknown];

const MAX_CLASSES = 50;

/**
 * Judges answers: numbers by their distance; labels, and probabilities of what is 0 or 1, by whether they are right.
 * @returns null where no pair can be compared
 */
export function accuracyOf(pairs: readonly AnswerPair[]): Accuracy | null {
  const plain = pairs.flatMap(([answer, truth]) => plainPair(answer, truth));
  if (plain.length === 0) return null;
  const isBinary = plain.every(([, truth]) => isOneOf(truth, [0, 1, true, false]));
  if (isBinary && plain.every(([answer]) => typeof answer === "number" && answer >= 0 && answer <= 1))
    return probabilities(plain.map(([answer, truth]) => [answer as number, Number(truth)]));
  if (plain.every(([answer, truth]) => typeof answer === "number" && typeof truth === "number"))
    return regression(plain as [number, number][]);
  return classification(plain, null);
}

/** A truth that is an object says which fields it is about; of an answer with one field, that one is meant. */
function plainPair(answer: unknown, truth: unknown): AnswerPair[] {
  if (isPlain(truth)) {
    if (isPlain(answer)) return [[answer, truth]];
    const values = isTable(answer) ? Object.values(answer) : [];
    return values.length === 1 ? plainPair(values[0], truth) : [];
  }
  if (!isTable(truth) || !isTable(answer)) return [];
  return Object.entries(truth).flatMap(([name, value]) =>
    Object.hasOwn(answer, name) ? plainPair(answer[name], value) : [],
  );
}

function probabilities(pairs: readonly (readonly [number, number])[]): Classification {
  const squares = pairs.reduce((sum, [answer, truth]) => sum + (answer - truth) ** 2, 0);
  const labels = pairs.map(([answer, truth]): AnswerPair => [answer >= 0.5 ? 1 : 0, truth]);
  return classification(labels, squares / pairs.length);
}

function classification(pairs: readonly AnswerPair[], brier: number | null): Classification {
  const counts = new Map<string, { known: number; answered: number; right: number }>();
  const of = (label: string) => {
    const there = counts.get(label) ?? { known: 0, answered: 0, right: 0 };
    counts.set(label, there);
    return there;
  };
  let right = 0;
  for (const [answer, truth] of pairs) {
    const [said, was] = [String(answer), String(truth)];
    of(said).answered += 1;
    of(was).known += 1;
    if (said !== was) continue;
    of(was).right += 1;
    right += 1;
  }
  const classes = [...counts]
    .sort(([, a], [, b]) => b.known - a.known)
    .slice(0, MAX_CLASSES)
    .map(([label, { known, answered, right: hit }]): ClassAccuracy => ({
      ...{ label, known },
      recall: known === 0 ? null : hit / known,
      precision: answered === 0 ? null : hit / answered,
    }));
  return { kind: "classification", known: pairs.length, accuracy: right / pairs.length, brier, classes };
}

function regression(pairs: readonly (readonly [number, number])[]): Regression {
  const errors = pairs.map(([answer, truth]) => answer - truth);
  const mean = (of: (error: number) => number) => errors.reduce((sum, error) => sum + of(error), 0) / errors.length;
  return {
    ...{ kind: "regression", known: pairs.length },
    mae: mean(Math.abs),
    rmse: Math.sqrt(mean((error) => error ** 2)),
    bias: mean((error) => error),
  };
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOneOf(value: unknown, values: readonly unknown[]): boolean {
  return values.includes(value);
}
