import type { AnyNode } from "acorn";
import { childrenOf, keyName, literalString, memberName } from "../read/children-of.ts";

/** Nodes that name a field, in source order: `this.name`, `{ name }`, `"name"`. */
export function mentionsIn(root: AnyNode, name: string): readonly AnyNode[] {
  const found: AnyNode[] = [];
  const visit = (node: AnyNode): void => {
    if (memberName(node) === name || keyName(node) === name || literalString(node) === name) found.push(node);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(root);
  return found;
}
