import type { AnyNode } from "acorn";
import type { MethodNode } from "../../read/parse-method.ts";
import { isReserved } from "../../reserved-names.ts";
import type { DataUse, FieldUse, MemberFunction, MemberBody, UseSource } from "../data-use.ts";
import type { FlowMembers } from "../flow-members.ts";
import type { HeldOptions } from "./held-by.ts";
import { type Held, Scope } from "./held.ts";

/** A walk over the code of one step and of the methods that it calls. */
export interface Walk {
  readonly members: FlowMembers;
  readonly steps: ReadonlySet<string>;
  /** What was found so far. */
  readonly uses: DataUse[];
  /** Methods entered already: a second call finds nothing new. */
  readonly entered: Set<string>;
  /** What the step's own first parameter holds. */
  readonly given: Held;
  /** True once code has run that may have thrown. */
  hasRisk: boolean;
  visit(node: AnyNode, place: Place): void;
  /** Visits a function's body with what its parameters hold. */
  visitFunction(fn: MethodNode, params: readonly Held[], place: Place): void;
}

/** Where in the code the walk is. */
export interface Place extends HeldOptions {
  readonly body: MemberBody;
  readonly isConditional: boolean;
  readonly isDeferred: boolean;
  /** True where a value is only asked whether it is there. */
  readonly isTest: boolean;
}

export function plain(place: Place): Place {
  return place.isTest ? { ...place, isTest: false } : place;
}

export function tested(place: Place): Place {
  return { ...place, isTest: true };
}

export function conditional(place: Place): Place {
  return { ...place, isConditional: true, isTest: false };
}

export interface UseFound {
  readonly kind: FieldUse["kind"];
  readonly field: string;
  readonly from: UseSource;
  readonly node: AnyNode;
  /** What a write assigns, where the source shows it. */
  readonly value?: AnyNode | null;
}

/** Notes the use of a field; a method or an accessor of that name is entered instead. */
export function record(walk: Walk, { kind, field, from, node, value = null }: UseFound, place: Place): void {
  if (isReserved(field) || walk.steps.has(field)) return;
  if (from.of === "this" && enterNamed(walk, { kind, field }, place)) return;
  if (walk.members.isMember(field)) return;
  const { isConditional, isDeferred, isTest } = place;
  const site = { member: place.body, node };
  walk.uses.push({ kind, field, from, site, isConditional, isDeferred, isTest, value, isSafe: !walk.hasRisk });
}

/** A mention of `this.helper` hands the method on: it may be called. */
function enterNamed(walk: Walk, { kind, field }: Pick<UseFound, "kind" | "field">, place: Place): boolean {
  if (kind === "write") {
    const setter = walk.members.member(field, "setter");
    if (setter !== undefined) enter(walk, setter, { params: [], place });
    return setter !== undefined;
  }
  const getter = walk.members.member(field, "getter");
  if (getter !== undefined) enter(walk, getter, { params: [], place });
  const fn = walk.members.member(field, "method") ?? walk.members.member(field, "field");
  if (fn !== undefined) enter(walk, fn, { params: [], place: { ...place, isConditional: true, isDeferred: true } });
  return getter !== undefined || fn !== undefined;
}

/** Goes on in a method that the code calls. */
export function enter(
  walk: Walk,
  member: MemberFunction,
  { params, place }: { params: readonly Held[]; place: Place },
): void {
  const { body } = member;
  const kinds = params.map((held) => (held.is === "input" ? `input ${held.step ?? ""}` : held.is)).join();
  const way = `${String(place.isConditional)} ${String(place.isDeferred)}`;
  const key = `${member.kind} ${body.owner} ${body.name} ${kinds} ${way}`;
  if (walk.entered.has(key)) return;
  walk.entered.add(key);
  const inner = { ...plain(place), body, scope: new Scope(null), hasThis: true };
  walk.visitFunction(body.root, params, inner);
}
