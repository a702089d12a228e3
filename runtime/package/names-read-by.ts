import type { AnyNode } from "acorn";
import { childrenOf, isFunction } from "../graph/read/children-of.ts";

/** Names that a statement reads and does not bind itself. */
export function namesReadBy(node: AnyNode): ReadonlySet<string> {
  const names = new Set<string>();
  collect(node, { bound: new Set(), names });
  return names;
}

/** Names that a statement declares around it. */
export function declaredBy(node: AnyNode): string[] {
  switch (node.type) {
    case "FunctionDeclaration":
    case "ClassDeclaration":
      return node.id === null ? [] : [node.id.name];
    case "VariableDeclaration":
      return node.declarations.flatMap(({ id }) => boundIn(id));
    case "ImportDeclaration":
      return node.specifiers.map(({ local }) => local.name);
    case "ExportNamedDeclaration":
      return node.declaration == null ? [] : declaredBy(node.declaration);
    default:
      return [];
  }
}

/** Names that a statement's blocks declare around it: `if (…) { var name = 1; }`. */
export function hoistedFrom(node: AnyNode): string[] {
  if (isFunction(node) || /^(Class|Variable)/.test(node.type)) return [];
  return childrenOf(node).flatMap((child) =>
    child.type === "VariableDeclaration" && child.kind === "var" ? declaredBy(child) : hoistedFrom(child),
  );
}

function boundIn(pattern: AnyNode): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((one) => boundIn(one.type === "Property" ? one.value : one.argument));
    case "ArrayPattern":
      return pattern.elements.flatMap((one) => (one === null ? [] : boundIn(one)));
    case "AssignmentPattern":
      return boundIn(pattern.left);
    case "RestElement":
      return boundIn(pattern.argument);
    default:
      return [];
  }
}

function collect(node: AnyNode, { bound, names }: { bound: ReadonlySet<string>; names: Set<string> }): void {
  if (node.type === "Identifier" && !bound.has(node.name)) names.add(node.name);
  const locals = localsOf(node);
  const inner = locals.length === 0 ? bound : new Set([...bound, ...locals]);
  for (const child of childrenOf(node)) if (!isLabel(node, child)) collect(child, { bound: inner, names });
}

/** What a node declares for those within it. */
function localsOf(node: AnyNode): readonly string[] {
  switch (node.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return [...(node.id == null ? [] : [node.id.name]), "arguments", ...node.params.flatMap(boundIn)];
    case "ClassExpression":
      return node.id === null || node.id === undefined ? [] : [node.id.name];
    case "BlockStatement":
    case "StaticBlock":
      return node.body.flatMap(declaredBy);
    case "SwitchStatement":
      return node.cases.flatMap(({ consequent }) => consequent.flatMap(declaredBy));
    case "ForStatement":
      return node.init?.type === "VariableDeclaration" ? declaredBy(node.init) : [];
    case "ForInStatement":
    case "ForOfStatement":
      return node.left.type === "VariableDeclaration" ? declaredBy(node.left) : [];
    case "CatchClause":
      return node.param == null ? [] : boundIn(node.param);
    default:
      return [];
  }
}

/** Members and keys are names of something else. */
export function isLabel(node: AnyNode, child: AnyNode): boolean {
  switch (node.type) {
    case "MemberExpression":
      return child === node.property && !node.computed;
    case "Property":
      return child === node.key && !node.computed && !node.shorthand;
    case "MethodDefinition":
    case "PropertyDefinition":
      return child === node.key && !node.computed;
    default:
      return false;
  }
}
