import { carries } from "../pass-step.ts";
import type { StepData } from "../step-data.ts";

/** True for a join that sets the field itself, or merges it. */
export function isSurelyCarried(field: string, { byField, carriers }: StepData): boolean {
  const uses = byField.get(field);
  if (uses !== undefined) return uses.every(({ kind }) => kind === "write");
  return carriers.some((use) => use.kind === "open" || carries(use, field));
}
