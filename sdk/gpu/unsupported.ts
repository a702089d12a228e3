import type { AnyNode } from "acorn";
import { isNameHelper, type KernelSource } from "./kernel-source.ts";
import { childrenOf, namesIn, nodesIn } from "./nodes-in.ts";

/** Something that no backend can compile. */
export interface Unsupported {
  /** Offset into the function's source. */
  readonly offset: number;
  /** Completes "because …". */
  readonly what: string;
  readonly hint: string;
}

export interface KnownNames {
  readonly functions: readonly string[];
  readonly constants: readonly string[];
}

const MATH = new Set(
  "abs acos acosh asin asinh atan atan2 atanh cbrt ceil cos cosh exp expm1 floor fround imul log log10 log1p log2 max min pow random round sign sin sinh sqrt tan tanh trunc E PI SQRT2 SQRT1_2 LN2 LN10 LOG2E LOG10E clz32".split(
    " ",
  ),
);
const GLOBALS = new Set(["Math", "Infinity", "NaN", "undefined", "arguments"]);
const LOOP = "write `for (let i = 0; i < n; i++)`";
const BRANCH = "write an if statement or a conditional";
const PLAIN = "a kernel computes with numbers, booleans and arrays of them; do the rest outside";

/** Nodes by which source is told apart that gpu.js has no translation for. */
const NODES: Readonly<Partial<Record<AnyNode["type"], readonly [what: string, hint: string]>>> = {
  ArrowFunctionExpression: ["it has an arrow function inside", "write `function f(x) { … }` inside the kernel"],
  AwaitExpression: ["it waits with await", PLAIN],
  ChainExpression: ["it uses optional chaining", BRANCH],
  ClassDeclaration: ["it declares a class", PLAIN],
  ClassExpression: ["it declares a class", PLAIN],
  ForInStatement: ["it loops with for…in", LOOP],
  ForOfStatement: ["it loops with for…of", LOOP],
  NewExpression: ["it creates an object with new", PLAIN],
  ObjectExpression: ["it creates an object", "use single variables, or an array of two to four numbers"],
  SpreadElement: ["it spreads values", "name the values one by one"],
  TemplateLiteral: ["it builds text", PLAIN],
  ThrowStatement: ["it throws", "return a value that says so, such as -1"],
  TryStatement: ["it catches errors", "a kernel cannot throw: remove try and catch"],
};

/** The first construct that explains why a kernel cannot be compiled; null if none is known. */
export function findUnsupported({ node, shift }: KernelSource, known: KnownNames): Unsupported | null {
  const functions = new Set([...known.functions, ...innerFunctions(node)]);
  const found = firstReason(node, {
    declared: new Set([...declaredIn(node), ...functions]),
    outer: new Set(),
    functions,
    known,
  });
  if (found !== null) return { offset: found.node.start - shift, what: found.reason[0], hint: found.reason[1] };
  if (node.body.type === "BlockStatement" && !returnsValue(node.body))
    return { offset: node.start - shift, what: "it returns nothing", hint: "return the value of the cell" };
  return null;
}

interface Scope {
  /** Names that can be used here. */
  readonly declared: ReadonlySet<string>;
  /** Names of the kernel around an inner function, which does not see them. */
  readonly outer: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  readonly known: KnownNames;
}

type Reason = readonly [what: string, hint: string];

function firstReason(root: AnyNode, scope: Scope): { node: AnyNode; reason: Reason } | null {
  for (const node of childrenOf(root)) {
    if (node.type === "ExpressionStatement" && node.directive !== undefined) continue;
    const reason = isNameHelper(root) && node.type === "Literal" ? null : reasonFor(node, scope);
    if (reason !== null) return { node, reason };
    const found = firstReason(node, node.type === "FunctionDeclaration" ? within(node, scope) : scope);
    if (found !== null) return found;
  }
  return null;
}

function within(inner: AnyNode, { declared, functions, known }: Scope): Scope {
  return { declared: new Set([...declaredIn(inner), ...functions]), outer: declared, functions, known };
}

function reasonFor(node: AnyNode, scope: Scope): Reason | null {
  switch (node.type) {
    case "Literal":
      return literalReason(node);
    case "MemberExpression":
      return memberReason(node, scope);
    case "ArrayExpression":
      return node.elements.length >= 2 && node.elements.length <= 4
        ? freeNameReason(node, scope)
        : [`it makes an array of ${node.elements.length}`, "an array made in a kernel has two to four numbers"];
    case "Identifier":
      return null;
    default:
      return NODES[node.type] ?? freeNameReason(node, scope);
  }
}

function literalReason(node: Extract<AnyNode, { type: "Literal" }>): Reason | null {
  if ("regex" in node && node.regex != null) return ["it uses a regular expression", PLAIN];
  if (typeof node.value === "string") return [`it uses text: ${node.raw ?? ""}`, PLAIN];
  if (typeof node.value === "bigint") return ["it uses a bigint", "kernels compute in 32-bit floating point"];
  return node.value === null ? ["it uses null", PLAIN] : null;
}

function memberReason(node: Extract<AnyNode, { type: "MemberExpression" }>, scope: Scope): Reason | null {
  const { known } = scope;
  const name = node.property.type === "Identifier" && !node.computed ? node.property.name : null;
  if (name === null) return freeNameReason(node, scope);
  if (node.object.type === "Identifier" && node.object.name === "Math")
    return MATH.has(name)
      ? null
      : [`there is no Math.${name} in a kernel`, "write it out with the functions there are"];
  if (name === "length") return ["it asks for a length", "pass the length as an argument or as a constant"];
  if (node.object.type === "MemberExpression" && isThis(node.object, "constants"))
    return known.constants.includes(name)
      ? null
      : [`there is no constant ${name}`, `give it: constants: { ${name}: … }`];
  if (node.object.type === "ThisExpression" && name === "color")
    return ["it draws with this.color", "return the value of the cell; two to four numbers may be one value"];
  return freeNameReason(node, scope);
}

/** A name that is read here and declared nowhere in the kernel. */
function freeNameReason(node: AnyNode, { declared, outer }: Scope): Reason | null {
  if ("params" in node) return null;
  for (const child of childrenOf(node)) {
    if (child.type !== "Identifier" || declared.has(child.name) || GLOBALS.has(child.name)) continue;
    if (isNameHelper(node)) continue;
    if (node.type === "MemberExpression" && child === node.property && !node.computed) continue;
    if (node.type === "Property" || node.type === "LabeledStatement") continue;
    if (outer.has(child.name))
      return [`an inner function uses ${child.name} of the kernel around it`, "pass it to the inner function"];
    if (node.type === "CallExpression" && child === node.callee)
      return [`it calls ${child.name}, which is outside the kernel`, `give it: functions: [${child.name}]`];
    return [
      `it uses ${child.name}, which is outside the kernel`,
      `pass it as an argument, or as a constant: constants: { ${child.name} } and this.constants.${child.name}`,
    ];
  }
  return null;
}

/** What a function declares, functions inside it left out. */
function declaredIn(root: AnyNode): string[] {
  const own =
    "params" in root ? root.params.flatMap(namesIn) : root.type === "VariableDeclarator" ? namesIn(root.id) : [];
  const inside = childrenOf(root).filter(
    ({ type }) => type !== "FunctionDeclaration" && type !== "ArrowFunctionExpression",
  );
  return [...own, ...inside.flatMap(declaredIn)];
}

function innerFunctions(root: AnyNode): string[] {
  return [...nodesIn(root)].flatMap((node) =>
    node.type === "FunctionDeclaration" && node.id != null ? [node.id.name] : [],
  );
}

/** Functions inside return for themselves. */
function returnsValue(node: AnyNode): boolean {
  if (node.type === "ReturnStatement") return node.argument != null;
  return childrenOf(node).some((child) => !/Function/.test(child.type) && returnsValue(child));
}

function isThis(node: Extract<AnyNode, { type: "MemberExpression" }>, name: string): boolean {
  return node.object.type === "ThisExpression" && node.property.type === "Identifier" && node.property.name === name;
}
