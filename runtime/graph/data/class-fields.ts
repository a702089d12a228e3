import type { AnyNode } from "acorn";
import type { AnyClass } from "../../../sdk/base/metadata.ts";
import { childrenOf, literalString, memberName } from "../read/children-of.ts";
import type { MethodNode } from "../read/parse-method.ts";
import { withoutName } from "../read/without-name.ts";
import { parseClass, type ClassNode } from "./parse-class.ts";
import type { MemberFunction } from "./data-use.ts";

/** The fields that a class and its base classes declare, as far as their compiled source tells. */
export interface ClassFields {
  readonly declared: ReadonlySet<string>;
  /** Those that have a value before the first step. */
  readonly initialized: ReadonlySet<string>;
  /** Functions kept in fields, which a step may call like methods. */
  readonly functions: ReadonlyMap<string, MemberFunction>;
  /** True where the source cannot be read, or a constructor hands `this` to other code: there may be any field. */
  readonly isOpen: boolean;
}

interface Found {
  readonly declared: Set<string>;
  readonly initialized: Set<string>;
  readonly functions: Map<string, MemberFunction>;
  isOpen: boolean;
}

export function classFields(classes: readonly AnyClass[]): ClassFields {
  const found: Found = { declared: new Set(), initialized: new Set(), functions: new Map(), isOpen: false };
  for (const owner of classes) {
    const node = parseClass(withoutMethods(owner));
    if (node === null) found.isOpen = true;
    else if (node.type === "ClassExpression") readClass(node, { owner: owner.name, found });
    else readConstructor(node, { owner: owner.name, found });
  }
  return found;
}

/** A class's source without its methods, which are parsed on their own: fields and the constructor remain. */
function withoutMethods(owner: AnyClass): string {
  let text = Function.prototype.toString.call(owner);
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(owner.prototype as object))) {
    for (const fn of [property.value as unknown, property.get, property.set]) {
      if (typeof fn !== "function" || name === "constructor") continue;
      const method = Function.prototype.toString.call(fn);
      const at = text.indexOf(method);
      if (at >= 0) text = `${text.slice(0, at)};${text.slice(at + method.length)}`;
    }
  }
  return text;
}

interface Reading {
  readonly owner: string;
  readonly found: Found;
}

function readClass(node: Extract<ClassNode, { type: "ClassExpression" }>, reading: Reading): void {
  for (const member of node.body.body as AnyNode[]) {
    if (member.type === "MethodDefinition" && member.kind === "constructor") readConstructor(member.value, reading);
    if (member.type !== "PropertyDefinition" || member.static) continue;
    const key = member.key as AnyNode;
    const name = key.type === "Identifier" && !member.computed ? key.name : literalString(key);
    if (name !== null) declare(name, { value: member.value ?? null, reading });
    else if (key.type !== "PrivateIdentifier") reading.found.isOpen = true;
  }
}

/** Compilers write fields as assignments, or as calls of a helper: `__publicField(this, "total", 0)`. */
function readConstructor(fn: MethodNode, reading: Reading): void {
  const visit = (node: AnyNode): void => {
    if (node.type === "FunctionExpression" || node.type === "FunctionDeclaration") return;
    if (node.type === "AssignmentExpression" && node.left.type === "MemberExpression" && isThis(node.left.object)) {
      const name = memberName(node.left);
      if (name !== null) declare(name, { value: node.right, reading });
      else if ((node.left.property as AnyNode).type !== "PrivateIdentifier") reading.found.isOpen = true;
    }
    if (node.type === "CallExpression" && (node.arguments as AnyNode[]).some(isThis)) readCall(node, reading);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(fn.body);
}

const DEFINES = /^(_*(publicField|defineProperty|define_property|defineField)\d*|Object\.defineProperty)$/i;

function readCall(call: Extract<AnyNode, { type: "CallExpression" }>, reading: Reading): void {
  const callee = calleeText(call.callee);
  const [, key, value] = call.arguments as (AnyNode | undefined)[];
  const name = key === undefined ? null : literalString(key);
  if (DEFINES.test(callee) && name !== null) {
    const isDescriptor = callee === "Object.defineProperty" && value?.type === "ObjectExpression";
    declare(name, { value: (isDescriptor ? descriptorValue(value) : value) ?? null, reading });
    return;
  }
  // Names that start with _ are helpers of compilers, which set no further fields; `super(this)` cannot be.
  if (!/^_/.test(callee)) reading.found.isOpen = true;
}

function calleeText(callee: AnyNode): string {
  if (callee.type === "Identifier") return callee.name;
  const name = memberName(callee);
  return callee.type === "MemberExpression" && callee.object.type === "Identifier" && name !== null
    ? `${callee.object.name}.${name}`
    : (name ?? "");
}

function descriptorValue(object: Extract<AnyNode, { type: "ObjectExpression" }>): AnyNode | null {
  for (const property of object.properties as AnyNode[]) {
    if (property.type !== "Property") continue;
    const key = property.key as AnyNode;
    if (key.type === "Identifier" && key.name === "value") return property.value;
  }
  return null;
}

function declare(name: string, { value, reading }: { value: AnyNode | null; reading: Reading }): void {
  const { found, owner } = reading;
  found.declared.add(name);
  const inner = value === null ? null : unwrapped(value);
  if (inner === null || isUndefined(inner)) return;
  found.initialized.add(name);
  if (inner.type === "ArrowFunctionExpression" || inner.type === "FunctionExpression")
    found.functions.set(name, { kind: "field", body: { owner, name, root: inner } });
}

/** What compilers put around a field's value: `__name(() => …, "fn")`, `__runInitializers(_init, 8, this, 16)`. */
function unwrapped(value: AnyNode): AnyNode | null {
  if (value.type === "SequenceExpression") return unwrapped(value.expressions.at(-1) ?? value);
  if (value.type !== "CallExpression" || value.callee.type !== "Identifier") return value;
  const named = withoutName(value);
  if (named !== value) return named;
  const args = value.arguments as AnyNode[];
  const isThisAmong = args.findIndex(isThis);
  if (!/^_+runInitializers\d*$/i.test(value.callee.name) || isThisAmong < 0) return value;
  const last = args.length > isThisAmong + 1 ? args.at(-1) : undefined;
  return last === undefined ? null : unwrapped(last);
}

function isUndefined(node: AnyNode): boolean {
  return (
    (node.type === "Identifier" && node.name === "undefined") ||
    (node.type === "UnaryExpression" && node.operator === "void")
  );
}

function isThis(node: AnyNode): boolean {
  return node.type === "ThisExpression";
}
