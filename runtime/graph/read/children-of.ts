import type { AnyNode, Node } from "acorn";
import { appendAll } from "../../../sdk/base/append-all.ts";

/** The nodes directly below a node, in source order. */
export function childrenOf(node: Node): AnyNode[] {
  const children: AnyNode[] = [];
  for (const value of Object.values(node) as unknown[]) {
    if (Array.isArray(value)) appendAll(children, value.filter(isNode));
    else if (isNode(value)) children.push(value);
  }
  return children;
}

export function isFunction(node: AnyNode): boolean {
  return (
    node.type === "FunctionExpression" || node.type === "FunctionDeclaration" || node.type === "ArrowFunctionExpression"
  );
}

/** The name in `object.name` and `object["name"]`; `null` where it is computed. */
export function memberName(node: AnyNode): string | null {
  if (node.type !== "MemberExpression") return null;
  if (node.computed) return literalString(node.property);
  return node.property.type === "Identifier" ? node.property.name : null;
}

/** The key of `{ key: value }`; `null` where it is computed. */
export function keyName(node: AnyNode): string | null {
  if (node.type !== "Property") return null;
  const key = node.key as AnyNode;
  if (!node.computed && key.type === "Identifier") return key.name;
  if (key.type === "Literal" && typeof key.value === "number") return String(key.value);
  return literalString(key);
}

/** The value of a string literal or of a template without holes. */
export function literalString(node: AnyNode): string | null {
  if (node.type === "Literal") return typeof node.value === "string" ? node.value : null;
  if (node.type !== "TemplateLiteral" || node.expressions.length > 0) return null;
  return node.quasis[0]?.value.cooked ?? null;
}

/** `a?.b` is wrapped into a chain; what is asked here does not depend on it. */
export function withoutChain(node: AnyNode): AnyNode {
  return node.type === "ChainExpression" ? node.expression : node;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}
