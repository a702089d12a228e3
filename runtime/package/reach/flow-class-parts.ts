import type { AnyNode, Class } from "acorn";
import { childrenOf, literalString, memberName } from "../../graph/read/children-of.ts";
import { namesReadBy } from "../names-read-by.ts";
import { type Loads, loadsIn } from "../loads.ts";
import type { ScriptPart } from "./script-parts.ts";

/** A method or an accessor of a flow class. */
export interface FlowMember {
  readonly name: string;
  readonly text: string;
  readonly reads: ReadonlySet<string>;
  readonly loads: Loads;
  /** Names in `this.name`, but for the targets of `this.next(…)`. */
  readonly own: ReadonlySet<string>;
  /** Names in `super.name`. */
  readonly inherited: ReadonlySet<string>;
  /** It hands `this` on, or computes which member it means. */
  readonly isOpen: boolean;
}

export interface FlowClassParts {
  readonly part: ScriptPart;
  readonly base: AnyNode | null;
  /** What holds for every step: field initializers, constructor, static members, decorators that are not Millrace's. */
  readonly frame: readonly FlowMember[];
  readonly members: readonly FlowMember[];
}

/** Name of the piece that says what a class extends. */
export const EXTENDS = "extends";

export interface FlowClassOptions {
  /** Fields whose initial values count as values, not as code. */
  readonly parameters: ReadonlySet<string>;
  /** True for names under which Millrace's exports are imported. */
  readonly isMillrace: (name: string) => boolean;
}

export function flowClassParts(part: ScriptPart, node: Class, options: FlowClassOptions): FlowClassParts {
  const textOf = (at: AnyNode) => part.text.slice(at.start - part.node.start, at.end - part.node.start);
  const memberOf = (name: string, at: AnyNode): FlowMember => ({ name, text: textOf(at), ...usesOf(at) });
  const pieces: FlowMember[] = [];
  const members: FlowMember[] = [];
  const { base, decorators } = heritageOf(node.superClass ?? null);
  if (base !== null) pieces.push(memberOf(EXTENDS, base));
  for (const one of decorators.filter((decorator) => !isOfMillrace(decorator, options)))
    pieces.push(memberOf("@", one));
  for (const member of node.body.body) {
    const name = nameOf(member);
    const isMethod = member.type === "MethodDefinition" && !member.static && name !== null;
    if (isMethod && member.kind !== "constructor") {
      members.push(memberOf(name, member));
      continue;
    }
    for (const at of framePieces(member)) if (!isParameter(at, options)) pieces.push(memberOf("", at));
  }
  return { part, base, frame: pieces, members };
}

/** Lowered, a class's decorators are assigned where its base class stands: `extends (_a = Base, _sum_dec = [step], _a)`. */
function heritageOf(node: AnyNode | null): { base: AnyNode | null; decorators: readonly AnyNode[] } {
  if (node?.type !== "SequenceExpression") return { base: node, decorators: [] };
  const assigned = node.expressions.flatMap((one) => (one.type === "AssignmentExpression" ? [one.right] : []));
  const decorators = assigned.flatMap((one) => (one.type === "ArrayExpression" ? one.elements : []));
  const base = assigned.find((one) => one.type !== "ArrayExpression") ?? node.expressions.at(-1) ?? null;
  return { base, decorators: decorators.flatMap((one) => (one === null ? [] : [one])) };
}

/** Millrace's decorators only annotate: what they say is no part of what a step does. */
export function isOfMillrace(decorator: AnyNode, { isMillrace }: Pick<FlowClassOptions, "isMillrace">): boolean {
  if (decorator.type === "Identifier") return isMillrace(decorator.name);
  if (decorator.type === "MemberExpression") return isOfMillrace(decorator.object, { isMillrace });
  return decorator.type === "CallExpression" && isOfMillrace(decorator.callee, { isMillrace });
}

/** A constructor counts by its statements, as compilers put field initializers there. */
function framePieces(member: AnyNode): readonly AnyNode[] {
  if (member.type === "MethodDefinition" && member.kind === "constructor")
    return member.value.body.body.filter((one) => !isAdded(one));
  if (member.type === "StaticBlock") return member.body.filter((one) => !isNaming(one));
  return [member];
}

/** What compilers put into each constructor. */
function isAdded(node: AnyNode): boolean {
  if (node.type !== "ExpressionStatement" || node.expression.type !== "CallExpression") return false;
  const { callee, arguments: given } = node.expression;
  if (callee.type === "Identifier") return callee.name === "__runInitializers";
  const [only] = given;
  return callee.type === "Super" && only?.type === "SpreadElement" && given.length === 1;
}

function isNaming(node: AnyNode): boolean {
  return (
    node.type === "ExpressionStatement" &&
    node.expression.type === "CallExpression" &&
    node.expression.callee.type === "Identifier" &&
    node.expression.callee.name === "__name"
  );
}

/** `n = 2`; compilers write `__publicField(this, "n", 2)` or `this.n = 2`. */
function isParameter(node: AnyNode, { parameters }: FlowClassOptions): boolean {
  if (node.type === "PropertyDefinition") return parameters.has(nameOf(node) ?? "");
  if (node.type !== "ExpressionStatement") return false;
  const { expression } = node;
  const first = expression.type === "SequenceExpression" ? expression.expressions[0] : expression;
  if (first?.type === "AssignmentExpression") return parameters.has(memberName(first.left) ?? "");
  if (first?.type !== "CallExpression" || first.callee.type !== "Identifier") return false;
  const named = first.arguments[1];
  const name = named === undefined ? null : literalString(named);
  return first.callee.name.startsWith("__publicField") && parameters.has(name ?? "");
}

function nameOf(member: AnyNode): string | null {
  if (member.type !== "MethodDefinition" && member.type !== "PropertyDefinition") return null;
  const { key } = member;
  if (key.type === "PrivateIdentifier") return `#${key.name}`;
  if (key.type === "Identifier" && !member.computed) return key.name;
  return literalString(key);
}

type Uses = Pick<FlowMember, "reads" | "loads" | "own" | "inherited" | "isOpen">;

function usesOf(node: AnyNode): Uses {
  const own = new Set<string>();
  const inherited = new Set<string>();
  let isOpen = false;

  function visit(at: AnyNode): void {
    if (at.type === "CallExpression" && isNext(at.callee)) return besideTargets(at.arguments).forEach(visit);
    if (at.type === "ThisExpression") isOpen = true;
    if (at.type === "CallExpression" && at.callee.type === "Identifier" && at.callee.name.startsWith("__"))
      return at.arguments.filter(({ type }) => type !== "ThisExpression").forEach(visit);
    if (at.type === "MemberExpression" && (at.object.type === "ThisExpression" || at.object.type === "Super")) {
      const name = at.property.type === "PrivateIdentifier" ? `#${at.property.name}` : memberName(at);
      if (name === null) isOpen = true;
      else (at.object.type === "Super" ? inherited : own).add(name);
      if (at.computed) visit(at.property);
      return;
    }
    for (const child of childrenOf(at)) visit(child);
  }

  visit(node);
  return { reads: namesReadBy(node), loads: loadsIn(node), own, inherited, isOpen };
}

/** What is code in `this.next(this.a, this.b)`, `this.next({ case: this.a }, …)` and their options. */
function besideTargets(given: readonly AnyNode[]): AnyNode[] {
  return given.flatMap((one, index) => {
    if (isTarget(one)) return [];
    if (index > 0 || one.type !== "ObjectExpression") return [one];
    return one.properties.flatMap((property): AnyNode[] => {
      if (property.type !== "Property" || !isTarget(property.value)) return [property];
      return property.computed ? [property.key] : [];
    });
  });
}

function isTarget(node: AnyNode): boolean {
  return node.type === "MemberExpression" && node.object.type === "ThisExpression" && memberName(node) !== null;
}

function isNext(callee: AnyNode): boolean {
  if (callee.type !== "MemberExpression" || memberName(callee) !== "next") return false;
  return callee.object.type === "ThisExpression" || callee.object.type === "Super";
}
