import type { AnyNode } from "acorn";
import { childrenOf, literalString, memberName } from "../graph/read/children-of.ts";
import { packageName } from "./ship/locate-package.ts";

/** What a piece of code loads beside its imports. */
export interface Loads {
  /** Texts that are loaded as they stand. */
  readonly asked: ReadonlySet<string>;
  /** All texts: one may be the name of a package that is loaded elsewhere. */
  readonly texts: ReadonlySet<string>;
  /** It loads what only shows when it runs. */
  readonly isOpen: boolean;
}

export function loadsIn(node: AnyNode): Loads {
  const asked = new Set<string>();
  const texts = new Set<string>();
  let isOpen = false;

  function visit(at: AnyNode): void {
    const text = literalString(at);
    if (text !== null && text !== "") texts.add(text);
    const first = loadedBy(at);
    const loaded = first === undefined ? null : (literalString(first) ?? packageStart(first));
    if (loaded !== null) asked.add(loaded);
    else if (first !== undefined && !isResolving(at)) isOpen = true;
    if (isEvaluation(at) || isUnnamedRequire(at)) isOpen = true;
    for (const child of childrenOf(at)) visit(child);
  }

  visit(node);
  return { asked, texts, isOpen };
}

/** `Promise.resolve(…)` and `path.resolve(…)` look alike, and load nothing. */
function isResolving(node: AnyNode): boolean {
  return node.type === "CallExpression" && memberName(node.callee) === "resolve";
}

function isEvaluation(node: AnyNode): boolean {
  if (node.type !== "CallExpression" && node.type !== "NewExpression") return false;
  return node.callee.type === "Identifier" && (node.callee.name === "eval" || node.callee.name === "Function");
}

/** `createRequire(…)` under a name by which its calls are not known. */
function isUnnamedRequire(node: AnyNode): boolean {
  if (node.type === "VariableDeclarator" && node.init != null && makesRequire(node.init))
    return node.id.type !== "Identifier" || !/^_*require\d*$/i.test(node.id.name);
  return node.type === "AssignmentExpression" && makesRequire(node.right);
}

function makesRequire(node: AnyNode): boolean {
  if (node.type !== "CallExpression") return false;
  const name = node.callee.type === "Identifier" ? node.callee.name : (memberName(node.callee) ?? "");
  return /^_*createRequire\d*$/.test(name);
}

/** What `import()`, `require()` and `….resolve()` load, also under the names that bundling gives them. */
function loadedBy(call: AnyNode): AnyNode | undefined {
  if (call.type === "ImportExpression") return call.source;
  if (call.type !== "CallExpression") return undefined;
  const { callee } = call;
  const isLoading =
    callee.type === "Identifier"
      ? /^_*require\d*$/i.test(callee.name)
      : ["import", "require", "resolve"].includes(memberName(callee) ?? "");
  return isLoading ? call.arguments[0] : undefined;
}

/** The package of `package/file-${number}.json`, of which only the start is known; null if that names none. */
function packageStart(node: AnyNode): string | null {
  const start = startOf(node);
  const name = start === null ? null : packageName(start);
  return name !== null && start?.startsWith(`${name}/`) === true ? name : null;
}

function startOf(node: AnyNode): string | null {
  if (node.type === "TemplateLiteral") return node.quasis[0]?.value.cooked ?? null;
  if (node.type === "BinaryExpression" && node.operator === "+" && node.left.type !== "PrivateIdentifier")
    return startOf(node.left);
  return literalString(node);
}
