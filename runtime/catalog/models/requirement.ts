import type { ModelVersion } from "../../datastore/kinds/model-version.ts";
import { numberOf } from "../../datastore/last-values.ts";
import type { Condition, Requirement } from "../../settings/parse-requirement.ts";

export type { Requirement };

const COMPARES: Readonly<Record<Condition["operator"], (a: number, b: number) => boolean>> = {
  ">=": (a, b) => a >= b,
  ">": (a, b) => a > b,
  "<=": (a, b) => a <= b,
  "<": (a, b) => a < b,
};

/**
 * Why a version does not fulfil what is required; null if it does. Where there is no current version, or it lacks the
 * metric, there is nothing to compare with: the condition holds.
 */
export function unmetBy(
  { conditions }: Requirement,
  { candidate, current }: { readonly candidate: ModelVersion; readonly current: ModelVersion | null },
): string | null {
  for (const condition of conditions) {
    const { metric, operator, other, plus, text } = condition;
    const value = metricOf(candidate, metric);
    if (value === null) return `it has no metric ${metric}, and ${text} is required`;
    const base = other === null ? 0 : current === null ? null : metricOf(current, other);
    if (base === null) continue;
    const wanted = base + plus;
    if (!COMPARES[operator](value, wanted))
      return `${text} is required: ${metric} is ${value}${other === null ? "" : `, ${operator} ${wanted} was wanted`}`;
  }
  return null;
}

function metricOf({ metrics }: ModelVersion, name: string): number | null {
  const stored = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  return stored === undefined ? null : numberOf(stored);
}
