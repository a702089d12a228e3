import type { AnyNode } from "acorn";
import { isFunction, memberName, withoutChain } from "../../read/children-of.ts";
import type { MethodNode } from "../../read/parse-method.ts";
import { ANY_INPUT, FLOW, type Held, OTHER, Scope, THIS } from "./held.ts";

export interface HeldOptions {
  readonly scope: Scope;
  /** False where `this` is another object. */
  readonly hasThis: boolean;
}

const SAME_INPUTS = new Set(["filter", "slice", "toSorted", "toReversed", "sort", "reverse", "concat", "toSpliced"]);
const ONE_INPUT = new Set(["at", "find", "findLast"]);

/** What an expression holds. Nothing is followed into calls of unknown functions. */
export function heldBy(expression: AnyNode, options: HeldOptions): Held {
  const node = withoutChain(expression);
  switch (node.type) {
    case "ThisExpression":
      return options.hasThis ? FLOW : OTHER;
    case "Identifier":
      return options.scope.get(node.name);
    case "AwaitExpression":
      return heldBy(node.argument, options);
    case "AssignmentExpression":
      return heldBy(node.right, options);
    case "LogicalExpression": {
      const left = heldBy(node.left, options);
      return left.is === "other" ? heldBy(node.right, options) : left;
    }
    case "ArrayExpression": {
      const [only, ...others] = node.elements;
      if (only?.type !== "SpreadElement" || others.length > 0) return OTHER;
      const spread = heldBy(only.argument, options);
      return spread.is === "inputs" ? spread : OTHER;
    }
    case "MemberExpression":
      return heldByMember(node, options);
    case "CallExpression":
      return heldByCall(node, options);
    default:
      return OTHER;
  }
}

function heldByMember(node: Extract<AnyNode, { type: "MemberExpression" }>, options: HeldOptions): Held {
  const object = heldBy(node.object, options);
  const name = memberName(node);
  if (object.is === "flow") return name === null ? OTHER : { is: "value", field: name, from: THIS };
  if (object.is === "input")
    return name === null ? OTHER : { is: "value", field: name, from: { of: "input", step: object.step } };
  if (object.is !== "inputs") return OTHER;
  if (name === null) return ANY_INPUT;
  return name in [] ? OTHER : { is: "input", step: name };
}

function heldByCall(node: Extract<AnyNode, { type: "CallExpression" }>, options: HeldOptions): Held {
  const callee = withoutChain(node.callee);
  if (callee.type !== "MemberExpression") return OTHER;
  const name = memberName(callee) ?? "";
  const object = heldBy(callee.object, options);
  const args = node.arguments as AnyNode[];
  if (object.is === "inputs") {
    if (SAME_INPUTS.has(name)) return object;
    if (ONE_INPUT.has(name)) return ANY_INPUT;
    return name === "map" || name === "flatMap" ? heldByMapped(args[0], options) : OTHER;
  }
  if (object.is === "values") return SAME_INPUTS.has(name) ? object : OTHER;
  const [first] = args;
  const isCopy =
    callee.object.type === "Identifier" && ["Array.from", "Object.values"].includes(`${callee.object.name}.${name}`);
  if (!isCopy || first === undefined || heldBy(first, options).is !== "inputs") return OTHER;
  return args[1] === undefined ? { is: "inputs" } : heldByMapped(args[1], options);
}

/** `inputs.map((input) => input.score)` */
function heldByMapped(callback: AnyNode | undefined, options: HeldOptions): Held {
  if (callback === undefined || !isFunction(callback)) return OTHER;
  const fn = callback as MethodNode;
  const [param] = fn.params;
  if (param === undefined) return OTHER;
  if (param.type === "ObjectPattern") {
    const only = fn.body.type === "Identifier" ? fn.body.name : null;
    return only === null ? OTHER : { is: "values", field: only, from: { of: "input", step: null } };
  }
  if (param.type !== "Identifier" || fn.body.type === "BlockStatement") return OTHER;
  const scope = new Scope(options.scope);
  scope.set(param.name, ANY_INPUT);
  const held = heldBy(fn.body, { ...options, scope });
  return held.is === "value" ? { ...held, is: "values" } : OTHER;
}
