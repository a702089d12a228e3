import { jsonAt } from "./json-at.ts";

/** By which a Job is found again, and its pods are told apart: not the user's to change. */
const OWN_FIELDS: readonly (readonly string[])[] = [
  ["metadata", "name"],
  ["metadata", "namespace"],
  ...["completions", "completionMode", "parallelism", "backoffLimit", "backoffLimitPerIndex"].map((name) => [
    "spec",
    name,
  ]),
  ["spec", "template", "spec", "restartPolicy"],
];

/** Fields of a Job that `overrides` sets and must not, as `spec.completions`. */
export function refusedOverrides(overrides: unknown): string[] {
  return OWN_FIELDS.filter((field) => jsonAt(overrides, ...field) !== undefined).map((field) => field.join("."));
}
