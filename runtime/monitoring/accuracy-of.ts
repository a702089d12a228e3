/** How right the answers in one field were, where the truth is known. */
type Accuracy = Classification | Regression;

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

/** How right the answers of a model were, field by field. */
export interface AnswerAccuracy {
  /** Those with the most known truths first. */
  readonly fields: readonly FieldAccuracy[];
  /** Truths that are of another type or number of rows than what was answered, or of a field that the answer lacks. */
  readonly leftOut: number;
}

export type FieldAccuracy = Accuracy & {
  /** Names that lead to it, with dots between them; empty where an answer is the value itself. */
  readonly field: string;
};

/** An answer, and what should have been. */
export type AnswerPair = readonly [answer: unknown, truth: unknown];

const MAX_CLASSES = 50;
const MAX_FIELDS = 100;

/**
 * Judges answers, each field by itself: numbers by their distance; labels, and probabilities of what is 0 or 1, by whether
 * they are right.
 * @returns null where no truth is known
 */
export function accuracyOf(pairs: readonly AnswerPair[]): AnswerAccuracy | null {
  if (pairs.length === 0) return null;
  const byField = new Map<string, AnswerPair[]>();
  let leftOut = 0;
  for (const pair of pairs) {
    for (const { field, plain } of fieldPairs(pair, "")) {
      const there = byField.get(field);
      if (plain === null || (there === undefined && byField.size === MAX_FIELDS)) leftOut += 1;
      else if (there === undefined) byField.set(field, [plain]);
      else there.push(plain);
    }
  }
  const fields = [...byField].map(([field, all]): FieldAccuracy => {
    const alike = ofOneType(all);
    leftOut += all.length - alike.length;
    return { field, ...judged(alike) };
  });
  return { fields: fields.sort((a, b) => b.known - a.known), leftOut };
}

function judged(pairs: readonly AnswerPair[]): Accuracy {
  const isBinary = pairs.every(([, truth]) => truth === 0 || truth === 1);
  if (isBinary && pairs.every(([answer]) => typeof answer === "number" && answer >= 0 && answer <= 1))
    return probabilities(pairs as [number, number][]);
  if (typeof pairs[0]?.[0] === "number") return regression(pairs as [number, number][]);
  return classification(pairs, null);
}

/** Pairs of the type that most of them have: labels and numbers of one field cannot be judged together. */
function ofOneType(pairs: readonly AnswerPair[]): readonly AnswerPair[] {
  const types = ["number", "string", "boolean"].map((type) => pairs.filter(([answer]) => typeof answer === type));
  return types.reduce((most, some) => (some.length > most.length ? some : most));
}

interface FieldPair {
  readonly field: string;
  /** Null where the two cannot be compared. */
  readonly plain: AnswerPair | null;
}

/** A truth that is an object says which fields it is about; of an answer with one field, that one is meant. */
function fieldPairs([answer, truth]: AnswerPair, field: string): FieldPair[] {
  if (isPlain(truth)) {
    if (!isTable(answer)) return [{ field, plain: plainPair(answer, truth) }];
    const [only, ...others] = Object.entries(answer);
    if (only === undefined || others.length > 0) return [{ field, plain: null }];
    return fieldPairs([only[1], truth], within(field, only[0]));
  }
  if (!isTable(truth)) return [{ field, plain: null }];
  return Object.entries(truth).flatMap(([name, value]) =>
    isTable(answer) && Object.hasOwn(answer, name)
      ? fieldPairs([answer[name], value], within(field, name))
      : [{ field: within(field, name), plain: null }],
  );
}

/** True and false are 1 and 0 where the other side is a number. */
function plainPair(answer: unknown, truth: string | number | boolean): AnswerPair | null {
  if (!isPlain(answer)) return null;
  if (typeof answer === typeof truth) return [answer, truth];
  if (typeof answer === "string" || typeof truth === "string") return null;
  return [Number(answer), Number(truth)];
}

function within(field: string, name: string): string {
  return field === "" ? name : `${field}.${name}`;
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
