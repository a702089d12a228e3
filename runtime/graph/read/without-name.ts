import type { AnyNode } from "acorn";

/** The function in `__name(() => …, "fn")`, by which compilers keep its name; any other node as it is. */
export function withoutName(node: AnyNode): AnyNode {
  const [inner] = node.type === "CallExpression" ? (node.arguments as AnyNode[]) : [];
  return node.type === "CallExpression" &&
    node.callee.type === "Identifier" &&
    /^_+name\d*$/.test(node.callee.name) &&
    inner !== undefined
    ? inner
    : node;
}
