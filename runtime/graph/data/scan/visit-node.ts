import type { AnyNode, BinaryExpression, MemberExpression } from "acorn";
import { childrenOf, literalString, memberName, withoutChain } from "../../read/children-of.ts";
import type { MethodNode } from "../../read/parse-method.ts";
import { bindPattern } from "./bind-pattern.ts";
import { ANY_INPUT, type Held, OTHER, THIS } from "./held.ts";
import { heldBy } from "./held-by.ts";
import { visitCall } from "./visit-call.ts";
import { conditional, plain, type Place, record, tested, type Walk } from "./walk.ts";
import { changeIn, writeTo } from "./write-to.ts";

/** Notes what a piece of code does with the flow's data, in the order in which it is evaluated. */
export function visitNode(walk: Walk, node: AnyNode, place: Place): void {
  const visit = (child: AnyNode | null | undefined, at: Place = plain(place)): void => {
    if (child !== null && child !== undefined) walk.visit(child, at);
  };
  switch (node.type) {
    case "ThisExpression":
      if (place.hasThis) walk.uses.push({ kind: "open" });
      return;
    case "Identifier":
      if (place.isTest) visitVariable(walk, node, place);
      return;
    case "ChainExpression":
      visit(node.expression, place);
      return;
    case "MemberExpression":
      visitMember(walk, node, place);
      return;
    case "CallExpression":
    case "NewExpression":
      visitCall(walk, node, place);
      return;
    case "AssignmentExpression":
      visitAssignment(walk, node, place);
      return;
    case "UpdateExpression":
      visit(node.argument);
      if (node.argument.type === "MemberExpression") writeTo(walk, node.argument, { place: plain(place) });
      return;
    case "UnaryExpression":
      if (node.operator === "delete") visitDelete(walk, withoutChain(node.argument), plain(place));
      else visit(node.argument, node.operator === "!" || node.operator === "typeof" ? tested(place) : plain(place));
      return;
    case "BinaryExpression":
      visitBinary(walk, node, place);
      return;
    case "LogicalExpression":
      visit(node.left, tested(place));
      visit(node.right, { ...conditional(place), isTest: place.isTest });
      return;
    case "ConditionalExpression":
    case "IfStatement":
      visit(node.test, tested(place));
      visit(node.consequent, conditional(place));
      visit(node.alternate, conditional(place));
      return;
    case "WhileStatement":
    case "DoWhileStatement":
    case "ForStatement":
      if (node.type === "ForStatement") visit(node.init);
      visit(node.test, tested(place));
      visit(node.body, conditional(place));
      if (node.type === "ForStatement") visit(node.update, conditional(place));
      return;
    case "ForInStatement":
    case "ForOfStatement":
      visitLoop(walk, node, plain(place));
      return;
    case "SwitchCase":
      visit(node.test, conditional(place));
      for (const statement of node.consequent) visit(statement, conditional(place));
      return;
    case "TryStatement":
      visit(node.block, conditional(place));
      visit(node.handler, conditional(place));
      visit(node.finalizer);
      return;
    case "VariableDeclarator": {
      const held = node.init ? heldBy(node.init, place) : OTHER;
      if (node.init && held.is !== "flow") visit(node.init);
      bindPattern(walk, node.id, { held, place: plain(place), isDeclaration: true });
      return;
    }
    case "FunctionExpression":
    case "FunctionDeclaration":
    case "ArrowFunctionExpression": {
      const hasThis = place.hasThis && node.type === "ArrowFunctionExpression";
      walk.visitFunction(node, [], { ...conditional(place), hasThis, isDeferred: true });
      return;
    }
    case "ClassDeclaration":
    case "ClassExpression":
      for (const child of childrenOf(node)) visit(child, { ...conditional(place), hasThis: false });
      return;
    case "ReturnStatement":
    case "SpreadElement":
      // `return this` and `{ ...this }` set nothing.
      if (node.argument && heldBy(node.argument, place).is !== "flow") visit(node.argument);
      return;
    case "Property":
      if (node.computed) visit(node.key);
      visit(node.value);
      return;
    case "AwaitExpression":
    case "YieldExpression":
    case "ThrowStatement":
    case "TaggedTemplateExpression":
      for (const child of childrenOf(node)) visit(child);
      walk.hasRisk = true;
      return;
    default:
      for (const child of childrenOf(node)) visit(child);
  }
}

/** A variable that holds a field's value is asked whether it has one. */
function visitVariable(walk: Walk, node: Extract<AnyNode, { type: "Identifier" }>, place: Place): void {
  const held = place.scope.get(node.name);
  if (held.is === "value" || held.is === "values")
    record(walk, { kind: "read", field: held.field, from: held.from, node }, place);
}

function visitMember(walk: Walk, node: MemberExpression, place: Place): void {
  const object = withoutChain(node.object);
  const held = heldBy(object, place);
  const name = memberName(node);
  if (object.type !== "ThisExpression" && object.type !== "Super")
    walk.visit(object, node.optional ? tested(place) : plain(place));
  if (node.computed) walk.visit(node.property, plain(place));
  if (name === null) return;
  if (held.is === "flow") record(walk, { kind: "read", field: name, from: THIS, node }, place);
  if (held.is === "input")
    record(walk, { kind: "read", field: name, from: { of: "input", step: held.step }, node }, place);
}

function visitAssignment(walk: Walk, node: Extract<AnyNode, { type: "AssignmentExpression" }>, place: Place): void {
  const at = plain(place);
  const target = node.left as AnyNode;
  const held = node.operator === "=" ? heldBy(node.right, place) : OTHER;
  const isLogical = ["??=", "||=", "&&="].includes(node.operator);
  if (node.operator !== "=") walk.visit(target, isLogical ? tested(place) : at);
  if (held.is !== "flow") walk.visit(node.right, isLogical ? conditional(place) : at);
  const value = node.operator === "=" || isLogical ? node.right : null;
  if (target.type === "MemberExpression") writeTo(walk, target, { place: at, value });
  else bindPattern(walk, target, { held, place: at, isDeclaration: false });
}

function visitDelete(walk: Walk, target: AnyNode, place: Place): void {
  if (target.type !== "MemberExpression") return;
  const object = withoutChain(target.object);
  const name = memberName(target);
  if (heldBy(object, place).is === "flow") {
    if (name !== null) record(walk, { kind: "delete", field: name, from: THIS, node: target }, place);
    else walk.uses.push({ kind: "open" });
    return;
  }
  walk.visit(object, place);
  changeIn(walk, object, place);
}

function visitBinary(walk: Walk, node: BinaryExpression, place: Place): void {
  const [left, right] = [node.left as AnyNode, node.right];
  if (node.operator === "in") {
    const held = heldBy(right, place);
    const field = literalString(left);
    const from = held.is === "flow" ? THIS : held.is === "input" ? ({ of: "input", step: held.step } as const) : null;
    if (field !== null && from !== null) record(walk, { kind: "read", field, from, node: left }, tested(place));
    if (from === null || field === null)
      for (const side of [left, right]) if (!isFlow(side)) walk.visit(side, plain(place));
    return;
  }
  const isEquality = /^[!=]==?$/.test(node.operator);
  for (const [side, other] of [
    [left, right],
    [right, left],
  ] as const) {
    const isTest = (isEquality && isNullish(other)) || (node.operator === "instanceof" && side === left);
    if (!isFlow(side)) walk.visit(side, isTest ? tested(place) : plain(place));
  }

  function isFlow(side: AnyNode): boolean {
    return heldBy(side, place).is === "flow";
  }
}

function isNullish(node: AnyNode): boolean {
  if (node.type === "Literal") return node.value === null || node.value === "undefined";
  return (
    (node.type === "Identifier" && node.name === "undefined") ||
    (node.type === "UnaryExpression" && node.operator === "void")
  );
}

function visitLoop(
  walk: Walk,
  node: Extract<AnyNode, { type: "ForInStatement" | "ForOfStatement" }>,
  place: Place,
): void {
  walk.visit(node.right, place);
  const over = node.type === "ForOfStatement" ? heldBy(node.right, place) : OTHER;
  const entries = entriesOf(node.right, place);
  const element: Held = over.is === "inputs" ? ANY_INPUT : over.is === "values" ? { ...over, is: "value" } : OTHER;
  const left = node.left as AnyNode;
  const isDeclaration = left.type === "VariableDeclaration";
  const target = isDeclaration ? (left.declarations[0]?.id as AnyNode) : left;
  if (entries && target.type === "ArrayPattern" && target.elements[1])
    bindPattern(walk, target.elements[1], { held: ANY_INPUT, place, isDeclaration });
  else bindPattern(walk, target, { held: element, place, isDeclaration });
  walk.visit(node.body, element.is === "other" && !entries ? conditional(place) : place);
}

/** `for (const [index, input] of inputs.entries())` */
function entriesOf(right: AnyNode, place: Place): boolean {
  const call = withoutChain(right);
  if (call.type !== "CallExpression") return false;
  const callee = withoutChain(call.callee);
  return (
    callee.type === "MemberExpression" &&
    memberName(callee) === "entries" &&
    heldBy(callee.object, place).is === "inputs"
  );
}

/** Binds the parameters, then visits the body. */
export function visitFunction(
  walk: Walk,
  fn: MethodNode,
  { params, place }: { params: readonly Held[]; place: Place },
): void {
  for (const [at, param] of (fn.params as AnyNode[]).entries())
    bindPattern(walk, param, { held: params[at] ?? OTHER, place, isDeclaration: true });
  walk.visit(fn.body, place);
}
