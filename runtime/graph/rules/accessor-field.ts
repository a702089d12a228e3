import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";
import type { AccessorPair } from "../step-methods.ts";

/**
 * A getter with a setter over private state, which is also what compilers make of the keyword `accessor`: the value lies
 * where no other task finds it.
 */
export function accessorField({ accessors }: FlowFacts): Finding[] {
  return accessors
    .filter((pair) => !pair.name.startsWith("_") && isOverPrivateState(pair))
    .map(({ name }) =>
      finding({
        rule: "accessor-field",
        at: { kind: "field", name },
        message: `Cannot keep this.${name} for later steps because it is an accessor over private state`,
        hint: `make it a plain field: ${name} = …; a getter without a setter may compute from fields`,
      }),
    );
}

/** Private names and those that start with `_`, which are never stored, as compilers and people write them. */
const PRIVATE_STATE =
  /\bthis\s*(\?\.|\.)\s*[#_]|\bthis\s*\[\s*["'`]_|[pP]rivate_?(Field)?_?[gG]et|_class_private_field_get/;

function isOverPrivateState({ getter }: AccessorPair): boolean {
  return PRIVATE_STATE.test(getter);
}
