import type { FeatureSelection } from "./feature-definition.ts";

/** True for a view's feature, or all of them, whichever copy of the package made it. */
export function isSelection(value: unknown): value is FeatureSelection {
  if (typeof value !== "object" || value === null) return false;
  const { view, names, definition } = value as Partial<FeatureSelection>;
  return typeof view === "string" && Array.isArray(names) && typeof definition === "object";
}
