import type { AnyNode } from "acorn";
import { keyName } from "../../read/children-of.ts";
import { heldBy } from "./held-by.ts";
import { THIS } from "./held.ts";
import { type Place, record, type Walk } from "./walk.ts";

/** `Object.assign(this, { a, b })` writes what it names. */
export function assignFields(walk: Walk, args: readonly AnyNode[], place: Place): boolean {
  const [target, ...sources] = args;
  if (target === undefined || heldBy(target, place).is !== "flow") return false;
  for (const source of sources) {
    walk.visit(source, place);
    const names =
      source.type === "ObjectExpression"
        ? (source.properties as AnyNode[]).map((node) => ({ node, field: keyName(node) }))
        : [];
    if (source.type !== "ObjectExpression" || names.some(({ field }) => field === null))
      walk.uses.push({ kind: "open" });
    for (const { node, field } of names)
      if (field !== null) record(walk, { kind: "write", field, from: THIS, node, value: assignedBy(node) }, place);
  }
  return true;
}

function assignedBy(property: AnyNode): AnyNode | null {
  return property.type === "Property" && property.kind === "init" ? property.value : null;
}
