import type { FieldUse } from "../data-use.ts";

/** A read as a person would write it: `this.model`, `inputs.fit.model`, `foreach: "shards"`. */
export function readText({ field, from, site: { node } }: FieldUse): string {
  if (from.of === "input") return from.step === null ? `inputs[…].${field}` : `inputs.${from.step}.${field}`;
  return node.type === "Literal" || node.type === "TemplateLiteral" ? `"${field}"` : `this.${field}`;
}
