import type { AnyNode, Program } from "acorn";
import type { FindingPlace } from "../finding.ts";
import { scanBody } from "../read/scan-body.ts";
import { childrenOf } from "../read/children-of.ts";
import { mentionsIn } from "./mentions-in.ts";
import { appendAll } from "../../../sdk/base/append-all.ts";

export interface PlaceQuery {
  readonly className: string;
  /** Step or field; `null` for the class itself. */
  readonly member: string | null;
  readonly at: FindingPlace;
}

type ClassNode = Extract<AnyNode, { type: "ClassDeclaration" | "ClassExpression" }>;
type MemberNode = Extract<AnyNode, { type: "MethodDefinition" | "PropertyDefinition" }>;

/** Offset of what a finding is about in a compiled file; `null` where it is not found. */
export function placeIn(program: Program, query: PlaceQuery): number | null {
  const classes = classesIn(program, null);
  // Compilers may name a class `_Flow` when its body refers to it.
  const named = classes.filter(({ name }) => name === query.className || name === `_${query.className}`);
  const member = memberOf(query);
  if (member === null) return named[0]?.node.start ?? null;
  for (const { node } of [...named, ...classes]) {
    const found = (node.body.body as AnyNode[]).find((candidate) => isMember(candidate, member)) as
      MemberNode | undefined;
    if (found !== undefined) return placeInMember(found, query.at);
  }
  return null;
}

function memberOf({ at, member }: PlaceQuery): string | null {
  if (at.kind === "field") return at.name;
  return at.kind === "mention" ? at.member : member;
}

function placeInMember(member: MemberNode, at: FindingPlace): number {
  if (at.kind === "mention") {
    const mention = member.value ? mentionsIn(member.value, at.name)[at.index] : undefined;
    return mention?.start ?? member.key.start;
  }
  if (at.kind !== "next" || member.type !== "MethodDefinition") return member.key.start;
  const call = scanBody(member.value).nexts[at.index]?.call;
  return call?.start ?? member.key.start;
}

function isMember(node: AnyNode, name: string): boolean {
  if ((node.type !== "MethodDefinition" && node.type !== "PropertyDefinition") || node.static) return false;
  const key = node.key as AnyNode;
  if (key.type === "Identifier") return !node.computed && key.name === name;
  return key.type === "Literal" && key.value === name;
}

function classesIn(node: AnyNode, variable: string | null): { name: string | null; node: ClassNode }[] {
  const found: { name: string | null; node: ClassNode }[] = [];
  if (node.type === "ClassDeclaration" || node.type === "ClassExpression") {
    found.push({ name: variable ?? node.id?.name ?? null, node });
  }
  const inner = node.type === "VariableDeclarator" && node.id.type === "Identifier" ? node.id.name : null;
  for (const child of childrenOf(node)) appendAll(found, classesIn(child, inner));
  return found;
}
