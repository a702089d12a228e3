import { finding } from "../../finding.ts";
import { nearest } from "../../../../sdk/base/nearest.ts";
import type { DataRule } from "./data-rule.ts";
import { mentionOf } from "./mention-of.ts";

/** `inputs.fit` is there for a step that leads to the join, and only where that has one task. */
export const unknownInput: DataRule = {
  name: "unknown-input",
  finds: "`inputs.step` of a step that does not lead to the join, or that ends the tasks of a foreach",
  find({ flow, steps }) {
    return [...steps].flatMap(([join, { facts, parents, uses }]) => {
      if (!facts.isJoin) return [];
      const split = flow.paths.arrivals.get(join)?.[0]?.stack.at(-1)?.split ?? "";
      const isBranch = flow.steps.get(split)?.transition?.kind === "branch";
      const told = new Set<string>();
      return uses.flatMap((use) => {
        if (use.kind !== "read" || use.from.of !== "input" || use.from.step === null || told.has(use.from.step))
          return [];
        const { step } = use.from;
        if (parents.includes(step) && isBranch) return [];
        told.add(step);
        const meant = nearest(step, parents);
        return finding({
          rule: "unknown-input",
          severity: "warning",
          reader: join,
          field: use.field,
          at: mentionOf(use.site, use.field),
          message: parents.includes(step)
            ? `Cannot find inputs.${step} in ${join} because each task of the split at ${split} is an input of that name`
            : `Cannot find inputs.${step} in ${join} because ${step} does not lead there`,
          hint: isBranch
            ? `inputs are named after the last step of each path: ${meant === null ? parents.map((name) => `inputs.${name}`).join(", ") : `did you mean inputs.${meant}?`}`
            : "go by place, as in inputs[0], or through all of them: inputs.map((input) => …)",
        });
      });
    });
  },
};
