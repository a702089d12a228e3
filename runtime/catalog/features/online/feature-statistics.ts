import type { FeatureStatistics } from "../../../datastore/kinds/feature-snapshot.ts";
import type { Column } from "../source-spec.ts";

/** What is known of the values of a feature. */
export function featureStatistics(column: Column): FeatureStatistics {
  const types = new Set<string>();
  let [values, numbers, sum, min, max] = [0, 0, 0, Infinity, -Infinity];
  for (let row = 0; row < column.length; row += 1) {
    const value = column[row];
    if (value === null || value === undefined) continue;
    values += 1;
    types.add(typeName(value));
    if (typeof value !== "number" || !Number.isFinite(value)) continue;
    numbers += 1;
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const has = numbers > 0;
  const mean = has && Number.isFinite(sum / numbers) ? sum / numbers : null;
  const type = [...types].sort().join(" | ") || "nothing";
  return { type, values, missing: column.length - values, min: has ? min : null, max: has ? max : null, mean };
}

function typeName(value: unknown): string {
  if (value instanceof Date) return "Date";
  return Array.isArray(value) ? "array" : typeof value;
}
