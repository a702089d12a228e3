import type { StoredFeature } from "../../datastore/kinds/feature-version.ts";

/** A definition as it is written: `sum(amount, 7d)`, `compute(spend, orders)`. */
export function featureText(feature: StoredFeature): string {
  if (feature.kind === "compute") return `compute(${feature.of.join(", ")})`;
  const { name, column, at, windowMs } = feature;
  const parts = [column, at, windowMs === null ? null : windowText(windowMs)];
  return `${name}(${parts.filter((part) => part !== null).join(", ")})`;
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
] as const;

/** In the largest unit that is exact. */
export function windowText(ms: number): string {
  const [unit, length] = UNITS.find(([, one]) => ms % one === 0) ?? ["ms", 1];
  return `${ms / length}${unit}`;
}
