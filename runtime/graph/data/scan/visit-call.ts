import type { AnyNode, CallExpression, MemberExpression, NewExpression } from "acorn";
import { isFunction, literalString, memberName, withoutChain } from "../../read/children-of.ts";
import type { MethodNode } from "../../read/parse-method.ts";
import { isAsyncBody } from "../../read/scan-body.ts";
import { ANY_INPUT, type Held, OTHER, THIS } from "./held.ts";
import { heldBy } from "./held-by.ts";
import { assignFields } from "./assign-fields.ts";
import { visitMerge } from "./visit-merge.ts";
import { visitNext } from "./visit-next.ts";
import { conditional, enter, plain, type Place, record, tested, type Walk } from "./walk.ts";
import { changeIn } from "./write-to.ts";

/** Methods that call a function at once, for each element. */
const ITERATORS = new Set(
  "map forEach filter reduce reduceRight some every find findIndex findLast findLastIndex flatMap sort toSorted".split(
    " ",
  ),
);
/** Methods that change the array, Map or Set that they are called on. */
const MUTATORS = new Set("push pop shift unshift splice sort reverse fill copyWithin set add delete clear".split(" "));
/** Functions that only look at `this`. */
const READERS =
  /^(console|JSON)\.|^Object\.(keys|values|entries|freeze|getPrototypeOf|hasOwn)$|^(structuredClone|inspect)$/;

export function visitCall(walk: Walk, node: CallExpression | NewExpression, at: Place): void {
  const place = plain(at);
  visitCallee(walk, node, place);
  walk.hasRisk = true;
}

function visitCallee(walk: Walk, node: CallExpression | NewExpression, place: Place): void {
  const callee = withoutChain(node.callee);
  const args = node.arguments as AnyNode[];
  if (callee.type !== "MemberExpression") {
    if (callee.type !== "Super")
      walk.visit(callee, node.type === "CallExpression" && node.optional ? tested(place) : place);
    visitArguments(walk, node, place);
    return;
  }
  const name = memberName(callee);
  if (callee.object.type === "Super") {
    visitArguments(walk, node, place);
    const method = name === null ? undefined : walk.members.superMember(place.body.owner, name);
    if (method !== undefined) enter(walk, method, { params: args.map((arg) => heldBy(arg, place)), place });
    return;
  }
  if (name !== null && heldBy(callee.object, place).is === "flow") visitOwn(walk, node, { name, place });
  else visitMethod(walk, node, { callee, place });
}

/** `this.helper(…)`, `this.next(…)`, `this.mergeArtifacts(…)` */
function visitOwn(
  walk: Walk,
  node: CallExpression | NewExpression,
  { name, place }: { name: string; place: Place },
): void {
  const args = node.arguments as AnyNode[];
  if (name === "mergeArtifacts") {
    visitMerge(walk, node, place);
    return;
  }
  visitArguments(walk, node, place);
  if (name === "next") visitNext(walk, args, place);
  const method = walk.steps.has(name)
    ? undefined
    : (walk.members.member(name, "method") ?? walk.members.member(name, "field"));
  if (method !== undefined) enter(walk, method, { params: args.map((arg) => heldBy(arg, place)), place });
  else record(walk, { kind: "read", field: name, from: THIS, node: node.callee }, place);
}

function visitMethod(
  walk: Walk,
  node: CallExpression | NewExpression,
  { callee, place }: { callee: MemberExpression; place: Place },
): void {
  const object = withoutChain(callee.object);
  const held = heldBy(object, place);
  const name = memberName(callee) ?? "";
  if (calleeText(callee) === "Object.assign" && assignFields(walk, node.arguments, place)) return;
  if (object.type !== "ThisExpression") walk.visit(object, callee.optional ? tested(place) : place);
  if (callee.computed) walk.visit(callee.property, place);
  if (held.is === "values" && name === "filter")
    record(walk, { kind: "read", field: held.field, from: held.from, node: object }, tested(place));
  visitArguments(walk, node, place);
  if (MUTATORS.has(name)) changeIn(walk, object, place);
}

function visitArguments(walk: Walk, node: CallExpression | NewExpression, place: Place): void {
  const callee = withoutChain(node.callee);
  const text = calleeText(callee);
  const object = callee.type === "MemberExpression" ? heldBy(callee.object, place) : OTHER;
  const args = node.arguments as AnyNode[];
  const copied = text === "Array.from" && args[0] !== undefined ? heldBy(args[0], place) : OTHER;
  for (const arg of args) {
    if (isFunction(arg)) {
      if (isAsyncBody(arg, node)) walk.visitFunction(arg as MethodNode, [walk.given], place);
      else
        visitCallback(walk, arg as MethodNode, {
          name: text.split(".").at(-1) ?? "",
          over: copied.is === "other" ? object : copied,
          place,
        });
    } else if (heldBy(arg, place).is === "flow") {
      if (!READERS.test(text) && !isAsyncCall(args, node) && !isOfMember(walk, callee, place))
        walk.uses.push({ kind: "open" });
    } else walk.visit(arg, /^(is[A-Z]\w*|Boolean)$/.test(text.split(".").at(-1) ?? "") ? tested(place) : place);
  }
}

interface CallbackPlace {
  readonly name: string;
  /** What the method is called on. */
  readonly over: Held;
  readonly place: Place;
}

function visitCallback(walk: Walk, fn: MethodNode, { name, over, place }: CallbackPlace): void {
  const isIterator = ITERATORS.has(name) || name === "from";
  const element: Held = over.is === "inputs" ? ANY_INPUT : over.is === "values" ? { ...over, is: "value" } : OTHER;
  const params =
    name === "reduce" || name === "reduceRight" ? [OTHER, element] : [element, name.includes("ort") ? element : OTHER];
  const inner = isIterator && element.is !== "other" ? place : conditional(place);
  const hasThis = place.hasThis && fn.type === "ArrowFunctionExpression";
  walk.visitFunction(fn, params, { ...inner, hasThis, isDeferred: place.isDeferred || !isIterator });
}

/** `__async(this, null, function* () { … })` */
function isAsyncCall(args: readonly AnyNode[], node: CallExpression | NewExpression): boolean {
  return args.some((arg) => isFunction(arg) && isAsyncBody(arg, node));
}

/** `this.helper.bind(this)`: the method was entered where it is named. */
function isOfMember(walk: Walk, callee: AnyNode, place: Place): boolean {
  if (callee.type !== "MemberExpression") return false;
  const held = heldBy(callee.object, place);
  return held.is === "value" && held.from.of === "this" && walk.members.isMember(held.field);
}

function calleeText(callee: AnyNode): string {
  if (callee.type === "Identifier") return callee.name;
  const name = memberName(callee) ?? literalString(callee) ?? "";
  const isNamed = callee.type === "MemberExpression" && callee.object.type === "Identifier";
  return isNamed ? `${(callee.object as { name: string }).name}.${name}` : name;
}
