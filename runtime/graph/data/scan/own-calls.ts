import type { AnyNode, CallExpression, NewExpression } from "acorn";
import { keyName, literalString } from "../../read/children-of.ts";
import type { NamedField } from "../data-use.ts";
import { heldBy } from "./held-by.ts";
import { THIS } from "./held.ts";
import { type Place, record, type Walk } from "./walk.ts";

/** The options of `this.next(…)` name artifacts. */
export function visitNext(walk: Walk, args: readonly AnyNode[], place: Place): void {
  for (const arg of args) {
    if (arg.type !== "ObjectExpression") continue;
    for (const property of arg.properties as AnyNode[]) {
      const key = keyName(property);
      if (property.type !== "Property" || (key !== "foreach" && key !== "condition")) continue;
      const field = literalString(property.value as AnyNode);
      if (field !== null) record(walk, { kind: "read", field, from: THIS, node: property.value as AnyNode }, place);
    }
  }
}

export function visitMerge(walk: Walk, node: CallExpression | NewExpression, place: Place): void {
  const [inputs, options] = node.arguments as (AnyNode | undefined)[];
  if (inputs !== undefined) walk.visit(inputs, place);
  if (options !== undefined) walk.visit(options, place);
  const lists = options === undefined ? {} : readLists(options, place);
  walk.uses.push({
    kind: "merge",
    include: lists?.include ?? null,
    exclude: lists?.exclude ?? null,
    isOpen: lists === null,
    isConditional: place.isConditional,
    site: { member: place.body, node },
  });
}

type Lists = { include?: readonly NamedField[]; exclude?: readonly NamedField[] };

/** `null` for what the source does not tell. */
function readLists(options: AnyNode, place: Place): Lists | null {
  if (options.type !== "ObjectExpression") return null;
  const lists: Lists = {};
  for (const property of options.properties as AnyNode[]) {
    const key = keyName(property);
    if (property.type !== "Property" || (key !== "include" && key !== "exclude")) return null;
    const list = property.value as AnyNode;
    if (list.type !== "ArrayExpression") return null;
    const names: NamedField[] = [];
    for (const element of list.elements as (AnyNode | null)[]) {
      const field = element === null ? null : literalString(element);
      if (element === null || field === null) return null;
      names.push({ field, site: { member: place.body, node: element } });
    }
    lists[key] = names;
  }
  return lists;
}

/** `Object.assign(this, { a, b })` writes what it names. */
export function assignFields(walk: Walk, args: readonly AnyNode[], place: Place): boolean {
  const [target, ...sources] = args;
  if (target === undefined || heldBy(target, place).is !== "flow") return false;
  for (const source of sources) {
    walk.visit(source, place);
    const names =
      source.type === "ObjectExpression"
        ? (source.properties as AnyNode[]).map((node) => ({ node, field: keyName(node) }))
        : [];
    if (source.type !== "ObjectExpression" || names.some(({ field }) => field === null))
      walk.uses.push({ kind: "open" });
    for (const { node, field } of names)
      if (field !== null) record(walk, { kind: "write", field, from: THIS, node }, place);
  }
  return true;
}
