import type { AnyNode, MemberExpression } from "acorn";
import { memberName, withoutChain } from "../../read/children-of.ts";
import { heldBy } from "./held-by.ts";
import { THIS } from "./held.ts";
import { plain, type Place, record, type Walk } from "./walk.ts";

/** `this.x = …`, `this.x.y = …`, `this[name] = …` */
export function writeTo(
  walk: Walk,
  target: MemberExpression,
  { place, value = null }: { place: Place; value?: AnyNode | null },
): void {
  const object = withoutChain(target.object);
  if (target.computed) walk.visit(target.property, plain(place));
  if (heldBy(object, place).is !== "flow") {
    walk.visit(object, plain(place));
    changeIn(walk, object, place);
    return;
  }
  const name = memberName(target);
  if (name !== null) record(walk, { kind: "write", field: name, from: THIS, node: target, value }, place);
  else if ((target.property as AnyNode).type !== "PrivateIdentifier") walk.uses.push({ kind: "open" });
}

/** What is changed inside a field's value changes the field. */
export function changeIn(walk: Walk, expression: AnyNode, place: Place): void {
  for (let node = withoutChain(expression); ; node = withoutChain(node.object)) {
    const held = heldBy(node, place);
    if (held.is === "value" && held.from.of === "this") {
      record(walk, { kind: "write", field: held.field, from: held.from, node }, plain(place));
      return;
    }
    if (node.type !== "MemberExpression") return;
  }
}
