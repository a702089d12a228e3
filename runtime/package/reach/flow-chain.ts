import type { AnyNode, Class } from "acorn";
import { literalString } from "../../graph/read/children-of.ts";
import { EXTENDS, type FlowClassOptions, type FlowClassParts, flowClassParts } from "./flow-class-parts.ts";
import type { ScriptPart } from "./script-parts.ts";

export interface FlowChainOptions {
  readonly flow: string;
  readonly parameters: readonly string[];
  readonly parts: readonly ScriptPart[];
  readonly byName: ReadonlyMap<string, ScriptPart>;
  readonly isMillrace: (name: string) => boolean;
}

/** The flow's class and its base classes, as far as they are part of the script; base classes first. */
export function flowChain(options: FlowChainOptions): FlowClassParts[] {
  const { parts, byName, isMillrace } = options;
  const given: FlowClassOptions = { parameters: new Set(options.parameters), isMillrace };
  const named = runtimeNames(parts);
  const chain: FlowClassParts[] = [];
  // Imported modules come first: of classes with one name the file's own is the last.
  let at = parts.findLast(
    (part) =>
      classOf(part) !== null && part.declares.some((name) => name === options.flow || named.get(name) === options.flow),
  );
  while (at !== undefined) {
    const node = classOf(at);
    if (node === null || chain.some(({ part }) => part === at)) break;
    const found = flowClassParts(at, node, given);
    at = declarationOf(found.base, byName);
    // The base class is followed by itself, not as a name that is read.
    chain.unshift(at === undefined ? found : { ...found, frame: found.frame.filter(({ name }) => name !== EXTENDS) });
  }
  return chain;
}

/** The class that a statement declares. */
function classOf({ node }: ScriptPart): Class | null {
  if (node.type === "ClassDeclaration") return node;
  const init =
    node.type === "VariableDeclaration" && node.declarations.length === 1 ? node.declarations[0]?.init : null;
  return init?.type === "ClassExpression" ? init : null;
}

/** Follows `var Base = _Base`. */
function declarationOf(base: AnyNode | null, byName: ReadonlyMap<string, ScriptPart>): ScriptPart | undefined {
  if (base?.type !== "Identifier") return undefined;
  const part = byName.get(base.name);
  if (part === undefined || classOf(part) !== null) return part;
  const { node } = part;
  const init = node.type === "VariableDeclaration" ? node.declarations[0]?.init : null;
  return init?.type === "Identifier" && init.name !== base.name ? declarationOf(init, byName) : undefined;
}

/** Names that classes have when they run, where the bundler had to rename them: `__name(Flow2, "Flow")`. */
function runtimeNames(parts: readonly ScriptPart[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const part of parts) {
    for (const [variable, name] of namingsIn(part.node)) names.set(variable, name);
    const node = classOf(part);
    for (const member of node?.body.body ?? []) {
      if (member.type !== "StaticBlock") continue;
      for (const [, name] of member.body.flatMap(namingsIn)) for (const own of part.declares) names.set(own, name);
    }
  }
  return names;
}

function namingsIn(node: AnyNode): [string, string][] {
  const call = node.type === "ExpressionStatement" ? node.expression : node;
  if (call.type !== "CallExpression" || call.callee.type !== "Identifier" || call.callee.name !== "__name") return [];
  const [target, text] = call.arguments;
  const name = text === undefined ? null : literalString(text);
  return name === null ? [] : [[target?.type === "Identifier" ? target.name : "", name]];
}
