import { type AnyNode, type Comment, parse } from "acorn";
import { childrenOf, isFunction } from "../../graph/read/children-of.ts";
import { declaredBy, hoistedFrom, namesReadBy } from "../names-read-by.ts";
import { type Loads, loadsIn } from "../loads.ts";
import { type NameUses, nameUses } from "./name-uses.ts";

/** A top-level statement of a code package's script. */
export interface ScriptPart {
  readonly node: AnyNode;
  readonly text: string;
  /** The source file that it comes from, relative to the package's root. */
  readonly module: string;
  readonly declares: readonly string[];
  readonly reads: ReadonlySet<string>;
  readonly loads: Loads;
  /** Index among the package's imports, for what comes from outside. */
  readonly external: number | null;
  /** The variable that it assigns to, or to a property of. */
  readonly completes: string | null;
  /** What it does while the module is evaluated, beside declaring: `call` may change what it can reach. */
  readonly effect: "none" | "value" | "call";
  /** What it declares may be changed from elsewhere. */
  readonly isState: boolean;
}

/** Splits a script, as `factoryScript` makes it, into its parts; the bundler's own helpers are left out. */
export function scriptParts(script: string): ScriptPart[] {
  const comments: Comment[] = [];
  const program = parse(script, { ecmaVersion: "latest", sourceType: "script", onComment: comments });
  const [outer] = program.body;
  if (outer?.type !== "ExpressionStatement" || outer.expression.type !== "FunctionExpression") return [];
  const statements = outer.expression.body.body;
  const uses = nameUses(outer);
  const parts: ScriptPart[] = [];
  let module: string | null = null;
  let from = 0;
  for (const node of statements) {
    // The bundler names the module above its statements; its helpers stand before the first one.
    const named = comments.filter(({ type, start }) => type === "Line" && start >= from && start < node.start).at(-1);
    module = named?.value.trim() ?? module;
    from = node.end;
    if (module !== null && node.type !== "ReturnStatement") parts.push(partOf(node, { script, module, uses }));
  }
  return parts;
}

function partOf(node: AnyNode, of: { script: string; module: string; uses: NameUses }): ScriptPart {
  const declares = [...declaredBy(node), ...hoistedFrom(node)];
  return {
    node,
    text: isBare(node) ? "" : of.script.slice(node.start, node.end),
    module: of.module,
    declares,
    reads: namesReadBy(node),
    loads: loadsIn(node),
    external: externalOf(node),
    completes: completedBy(node),
    effect: effectOf(node),
    isState: !isFixed(node, of.uses),
  };
}

/** `var a, b;`: compilers add names to it. */
function isBare(node: AnyNode): boolean {
  return node.type === "VariableDeclaration" && node.declarations.every(({ init }) => init == null);
}

/** `const { … } = __millrace.modules[3];` */
function externalOf(node: AnyNode): number | null {
  const init = node.type === "VariableDeclaration" ? node.declarations[0]?.init : undefined;
  if (init?.type !== "MemberExpression" || !init.computed || init.property.type !== "Literal") return null;
  const { object } = init;
  const isOutside = object.type === "MemberExpression" && rootOf(object) === "__millrace";
  return isOutside ? Number(init.property.value) : null;
}

function completedBy(node: AnyNode): string | null {
  if (node.type !== "ExpressionStatement" || node.expression.type !== "AssignmentExpression") return null;
  return rootOf(node.expression.left);
}

/** The variable in `variable.property.other`. */
export function rootOf(node: AnyNode): string | null {
  if (node.type === "Identifier") return node.name;
  if (node.type === "MemberExpression") return rootOf(node.object);
  return node.type === "CallExpression" ? rootOf(node.callee) : null;
}

function effectOf(node: AnyNode): ScriptPart["effect"] {
  if (node.type === "FunctionDeclaration" || node.type === "EmptyStatement") return "none";
  if (node.type === "ClassDeclaration" || node.type === "VariableDeclaration") return calls(node) ? "value" : "none";
  const isHelper = node.type === "ExpressionStatement" && isHelperCall(node.expression);
  return isHelper ? "none" : "call";
}

/** True for what runs code while it is evaluated. */
function calls(node: AnyNode): boolean {
  if (isFunction(node)) return false;
  if (node.type === "PropertyDefinition" && !node.static) return node.computed && calls(node.key);
  if (node.type === "CallExpression" && isHelperCall(node)) return node.arguments.some(calls);
  if (node.type === "UnaryExpression" && node.operator === "delete") return true;
  if (/^(Call|New|TaggedTemplate|Await|Assignment|Update|Import)Expression$/.test(node.type)) return true;
  return childrenOf(node).some(calls);
}

/** Calls that the bundler or the compiler adds, of which none changes what others see. */
function isHelperCall(node: AnyNode): boolean {
  return node.type === "CallExpression" && node.callee.type === "Identifier" && HELPERS.test(node.callee.name);
}

const HELPERS = /^__(name|commonJS|esm)$/;

/** Functions that are only ever called, and names of texts and numbers that nothing assigns to. */
function isFixed(node: AnyNode, { assigned, handedOn }: NameUses): boolean {
  if (node.type === "FunctionDeclaration") return node.id !== null && !handedOn.has(node.id.name);
  if (node.type !== "VariableDeclaration") return false;
  if (declaredBy(node).some((name) => assigned.has(name))) return false;
  return node.declarations.every(({ id, init }) => {
    if (init == null || !isFixedValue(init)) return false;
    return isValue(init) || (id.type === "Identifier" && !handedOn.has(id.name));
  });
}

/** Texts and numbers are the same wherever they go; a function may be given properties. */
function isValue(node: AnyNode): boolean {
  return !isFunction(node) && node.type !== "CallExpression";
}

function isFixedValue(node: AnyNode): boolean {
  if (node.type === "CallExpression" && node.callee.type === "Identifier" && node.callee.name === "__name")
    return node.arguments[0] !== undefined && isFunction(node.arguments[0]);
  if (node.type === "TemplateLiteral" || node.type === "UnaryExpression" || node.type === "BinaryExpression")
    return childrenOf(node).every((child) => child.type === "TemplateElement" || isFixedValue(child));
  return isFunction(node) || (node.type === "Literal" && !("regex" in node));
}
