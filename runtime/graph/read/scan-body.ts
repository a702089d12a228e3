import type { AnyNode, CallExpression } from "acorn";
import type { MethodNode } from "./parse-method.ts";
import { childrenOf, isFunction, keyName, memberName, withoutChain } from "./children-of.ts";

/** A `this.next(…)` as it stands in the body. */
export interface NextSite {
  readonly call: CallExpression;
  /** The statement that decides whether the call happens, for instance `an if`; `null` if it always does. */
  readonly condition: string | null;
  /** True inside a function within the method. */
  readonly isNested: boolean;
}

/** What one walk over a method's body finds. */
export interface BodyScan {
  readonly paramCount: number;
  readonly nexts: readonly NextSite[];
  /** A `return` that can leave the method before `this.next` is called. */
  readonly returnsEarly: boolean;
  /** Names `x` in `super.x(…)` that are always called. */
  readonly superCalls: readonly string[];
  /** Names read or written as `this.x`. */
  readonly own: ReadonlySet<string>;
  /** Every property name read or written anywhere. */
  readonly any: ReadonlySet<string>;
  /** True for `this` and for variables that hold it. */
  isThis(node: AnyNode): boolean;
}

interface Place {
  readonly condition: string | null;
  readonly isNested: boolean;
  /** False inside classes, getters and methods of object literals, whose `this` is another object. */
  readonly hasThis: boolean;
}

/** Helpers by which compilers write an async method for an older target; their generator is the method's body. */
const ASYNC_HELPER = /^_*(async|awaiter|asyncToGenerator)\d*$/i;

export function scanBody(fn: MethodNode): BodyScan {
  const nexts: NextSite[] = [];
  const returns: number[] = [];
  const superCalls: string[] = [];
  const own = new Set<string>();
  const any = new Set<string>();
  const aliases = new Set<string>();
  let paramCount = fn.params.length;

  const isThis = (node: AnyNode): boolean =>
    node.type === "ThisExpression" || (node.type === "Identifier" && aliases.has(node.name));

  function visit(node: AnyNode, place: Place): void {
    record(node, place);
    for (const child of childrenOf(node)) visit(child, placeOf(child, { node, place }));
  }

  function placeOf(child: AnyNode, parent: { node: AnyNode; place: Place }): Place {
    const { node, place } = parent;
    if (isFunction(child)) {
      if (isAsyncBody(child, node)) {
        paramCount = Math.max(paramCount, (child as MethodNode).params.length);
        return place;
      }
      const isMember =
        node.type === "MethodDefinition" || (node.type === "Property" && (node.method || node.kind !== "init"));
      return { ...place, isNested: true, hasThis: place.hasThis && !isMember };
    }
    if (child.type === "ClassBody") return { ...place, isNested: true, hasThis: false };
    const condition = conditionOn(child, node);
    return condition === null ? place : { ...place, condition };
  }

  function record(node: AnyNode, place: Place): void {
    if (node.type === "VariableDeclarator" && node.init && isThis(node.init) && place.hasThis) {
      if (node.id.type === "Identifier") aliases.add(node.id.name);
      if (node.id.type === "ObjectPattern") addKeys(node.id, own);
    } else if (node.type === "ObjectPattern") addKeys(node, any);
    else if (node.type === "ReturnStatement" && !place.isNested) returns.push(node.end);
    else if (node.type === "MemberExpression") recordMember(node, place);
    else if (node.type === "CallExpression") recordCall(node, place);
  }

  function recordMember(node: AnyNode & { type: "MemberExpression" }, place: Place): void {
    const name = memberName(node);
    if (name === null) return;
    any.add(name);
    if (place.hasThis && isThis(node.object)) own.add(name);
  }

  function recordCall(call: CallExpression, place: Place): void {
    const callee = withoutChain(call.callee);
    if (callee.type !== "MemberExpression") return;
    const name = memberName(callee);
    if (callee.object.type === "Super" && name !== null && !place.isNested && place.condition === null)
      superCalls.push(name);
    if (name !== "next" || !place.hasThis || !isThis(callee.object)) return;
    nexts.push({ call, condition: place.condition, isNested: place.isNested });
  }

  for (const param of fn.params) visit(param, { condition: null, isNested: false, hasThis: true });
  visit(fn.body, { condition: null, isNested: false, hasThis: true });
  const first = nexts.find((site) => !site.isNested);
  const returnsEarly = first !== undefined && returns.some((end) => end <= first.call.start);
  for (const name of own) any.add(name);
  return { paramCount, nexts, returnsEarly, superCalls, own, any, isThis };
}

/** A generator that is an async method's body, as compilers write it for older targets. */
export function isAsyncBody(fn: AnyNode, parent: AnyNode): boolean {
  if (fn.type !== "FunctionExpression" || !fn.generator || parent.type !== "CallExpression") return false;
  const callee = parent.callee as AnyNode;
  const name = callee.type === "Identifier" ? callee.name : (memberName(callee) ?? lastOf(callee));
  return name !== null && ASYNC_HELPER.test(name);
}

/** `(0, module.helper)(…)` */
function lastOf(callee: AnyNode): string | null {
  const last = callee.type === "SequenceExpression" ? (callee.expressions.at(-1) as AnyNode | undefined) : undefined;
  return last ? memberName(last) : null;
}

function conditionOn(child: AnyNode, parent: AnyNode): string | null {
  switch (parent.type) {
    case "IfStatement":
      return child === parent.test ? null : "an if";
    case "ConditionalExpression":
      return child === parent.test ? null : "a ?: expression";
    case "LogicalExpression":
      return child === parent.right ? `a ${parent.operator} expression` : null;
    case "SwitchCase":
      return child === parent.test ? null : "a switch statement";
    case "CatchClause":
      return "a catch block";
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "WhileStatement":
    case "DoWhileStatement":
      return child === parent.body ? "a loop" : null;
    default:
      return null;
  }
}

function addKeys(pattern: AnyNode & { type: "ObjectPattern" }, names: Set<string>): void {
  for (const property of pattern.properties) {
    const name = keyName(property);
    if (name !== null) names.add(name);
  }
}
