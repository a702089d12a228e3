/** `metrics.auc >= current.metrics.auc - 0.01` */
export interface Condition {
  /** As it was written. */
  readonly text: string;
  readonly metric: string;
  readonly operator: ">=" | ">" | "<=" | "<";
  /** The metric of the current version that it is compared with; null for a number alone. */
  readonly other: string | null;
  /** The number, or what is added to the other metric. */
  readonly plus: number;
}

/** What the metrics of a version have to fulfil: all of these. */
export interface Requirement {
  readonly conditions: readonly Condition[];
}

export const REQUIREMENT_FORM =
  "metrics.NAME, then >=, >, <= or <, then a number or current.metrics.NAME; several with and";

const NUMBER = String.raw`\d+(?:\.\d+)?(?:e[+-]?\d+)?`;
const METRIC = String.raw`metrics(?:\.([A-Za-z_]\w*)|\["([^"\]]{1,200})"\])`;
const CONDITION = new RegExp(
  String.raw`^(?:candidate\.)?${METRIC}\s*(>=|<=|>|<)\s*(?:(-?${NUMBER})|current\.${METRIC}(?:\s*([+-])\s*(${NUMBER}))?)$`,
  "i",
);

/** Reads conditions on metrics; null for anything else. */
export function parseRequirement(text: string): Requirement | null {
  const conditions = text.split(/\s+and\s+|\s*&&\s*/).map((one) => conditionOf(one.trim()));
  return conditions.includes(null) ? null : { conditions: conditions as Condition[] };
}

function conditionOf(text: string): Condition | null {
  const found = CONDITION.exec(text);
  if (found === null) return null;
  const [, plain, quoted, operator, number, otherPlain, otherQuoted, sign, change] = found;
  const other = otherPlain ?? otherQuoted ?? null;
  const plus = other === null ? Number(number) : Number(`${sign ?? "+"}${change ?? "0"}`);
  return { text, metric: plain ?? quoted ?? "", operator: operator as Condition["operator"], other, plus };
}
