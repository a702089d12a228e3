import type { AnyNode } from "acorn";
import { finding, type Finding } from "../../finding.ts";
import { withoutName } from "../../read/without-name.ts";
import type { DataFacts } from "../data-facts.ts";
import type { FieldUse } from "../data-use.ts";
import type { DataRule } from "./data-rule.ts";
import { mentionOf } from "./mention-of.ts";

/** A function in a field ends with its task: the next one starts without it. */
export const functionField: DataRule = {
  name: "function-field",
  finds: "`this.fn = () => …` in a step: a function is never stored, and the next step does not have it",
  find(facts) {
    const told = new Set<AnyNode>();
    return [...facts.steps].flatMap(([step, { byField }]) =>
      [...byField].flatMap(([field, uses]) => {
        const use = isMeant(field, facts) ? undefined : leftFunction(uses);
        // A helper that several steps call is one mistake.
        if (use === undefined || told.has(use.site.node)) return [];
        told.add(use.site.node);
        return describe(use, step);
      }),
    );
  },
};

/** `_fn` says that it is for this step alone. A parameter cannot be assigned, which is another mistake. */
function isMeant(field: string, { flow }: DataFacts): boolean {
  return field.startsWith("_") || flow.fields.has(field);
}

/** The first function that a step gives to a field and leaves there. */
function leftFunction(uses: readonly FieldUse[]): FieldUse | undefined {
  const isOver = (use: FieldUse) =>
    use.kind === "delete" || (use.kind === "write" && use.value !== null && !isPlainFunction(use.value));
  const left = uses.slice(uses.findLastIndex(isOver) + 1);
  return left.find((use) => use.kind === "write" && use.value !== null && isPlainFunction(use.value));
}

function isPlainFunction(value: AnyNode): boolean {
  const node = withoutName(value);
  if (node.type === "AssignmentExpression") return isPlainFunction(node.right);
  if (node.type === "ConditionalExpression") return isPlainFunction(node.consequent) && isPlainFunction(node.alternate);
  return node.type === "ArrowFunctionExpression" || node.type === "FunctionExpression";
}

function describe({ field, site }: FieldUse, step: string): Finding {
  return finding({
    rule: functionField.name,
    severity: "warning",
    step,
    field,
    at: mentionOf(site, field),
    message: `Cannot store this.${field} of ${step} because functions are not stored: later steps do not have it`,
    hint: `make it a method of the class, ${field}(…) { … }, or a plain function of the module`,
  });
}
