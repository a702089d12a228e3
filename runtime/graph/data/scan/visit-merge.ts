import type { AnyNode, CallExpression, NewExpression } from "acorn";
import { keyName, literalString } from "../../read/children-of.ts";
import type { NamedField } from "../data-use.ts";
import type { Place, Walk } from "./walk.ts";

/** `this.mergeArtifacts(inputs, { include, exclude })` */
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
