import type { AnyNode } from "acorn";
import { appendAll } from "../base/append-all.ts";

export type FunctionNode = Extract<AnyNode, { type: "FunctionExpression" | "ArrowFunctionExpression" }>;

/** The nodes directly inside a node, in source order. */
export function childrenOf(node: AnyNode): AnyNode[] {
  const children: AnyNode[] = [];
  for (const value of Object.values(node) as unknown[]) {
    if (Array.isArray(value)) appendAll(children, (value as unknown[]).filter(isNode));
    else if (isNode(value)) children.push(value);
  }
  return children.sort((a, b) => a.start - b.start);
}

/** A node and all that is inside it, in source order. */
export function* nodesIn(node: AnyNode): Generator<AnyNode> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesIn(child);
}

/** Names that a pattern declares: `x`, `{ x, y: [z] }`. */
export function namesIn(pattern: AnyNode): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "AssignmentPattern":
      return namesIn(pattern.left);
    case "Property":
      return namesIn(pattern.value);
    default:
      return childrenOf(pattern).flatMap(namesIn);
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}
