import type { AnyNode } from "acorn";
import { keyName, literalString } from "../../read/children-of.ts";
import { THIS } from "./held.ts";
import { type Place, record, type Walk } from "./walk.ts";

/** The options of `this.next(…)` name artifacts. */
export function visitNext(walk: Walk, args: readonly AnyNode[], place: Place): void {
  for (const arg of args) {
    if (arg.type !== "ObjectExpression") continue;
    for (const property of arg.properties as AnyNode[]) {
      const key = keyName(property);
      if (property.type !== "Property" || (key !== "foreach" && key !== "condition")) continue;
      const field = literalString(property.value);
      if (field !== null) record(walk, { kind: "read", field, from: THIS, node: property.value }, place);
    }
  }
}
