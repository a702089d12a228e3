import type { AnyNode } from "acorn";
import { childrenOf } from "../../graph/read/children-of.ts";
import { isLabel } from "../names-read-by.ts";

/** What happens to names anywhere in a script, whichever variable of that name is meant. */
export interface NameUses {
  /** Names that something assigns to. */
  readonly assigned: ReadonlySet<string>;
  /** Names that are more than called: others may hold what they stand for, or change it. */
  readonly handedOn: ReadonlySet<string>;
}

export function nameUses(script: AnyNode): NameUses {
  const assigned = new Set<string>();
  const handedOn = new Set<string>();

  function visit(at: AnyNode): void {
    if (at.type === "Identifier") handedOn.add(at.name);
    for (const name of targetsOf(at)) assigned.add(name);
    for (const child of usedIn(at)) visit(child);
  }

  visit(script);
  return { assigned, handedOn };
}

function targetsOf(node: AnyNode): string[] {
  if (node.type === "AssignmentExpression") return identifiersIn(node.left);
  if (node.type === "UpdateExpression") return identifiersIn(node.argument);
  return node.type === "ForOfStatement" || node.type === "ForInStatement" ? identifiersIn(node.left) : [];
}

function identifiersIn(node: AnyNode): string[] {
  // What has a property assigned stays the same value.
  if (node.type === "MemberExpression") return [];
  return node.type === "Identifier" ? [node.name] : childrenOf(node).flatMap(identifiersIn);
}

/** The nodes below a node but for names that are called, declared, or belong to members. */
function usedIn(node: AnyNode): AnyNode[] {
  switch (node.type) {
    case "CallExpression": {
      if (node.callee.type !== "Identifier") return childrenOf(node);
      return node.callee.name === "__name"
        ? node.arguments.filter(({ type }) => type !== "Identifier")
        : node.arguments;
    }
    case "FunctionDeclaration":
    case "FunctionExpression":
      return [...node.params, node.body];
    case "VariableDeclarator":
      return node.id.type === "Identifier" ? childrenOf(node).filter((child) => child !== node.id) : childrenOf(node);
    case "MemberExpression":
    case "MethodDefinition":
    case "PropertyDefinition":
    case "Property":
      return childrenOf(node).filter((child) => !isLabel(node, child));
    default:
      return childrenOf(node);
  }
}
