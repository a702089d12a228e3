import type { AnyNode } from "acorn";
import type { OwnDecorator } from "../../../sdk/base/own-decorator.ts";
import { childrenOf, keyName, memberName } from "../read/children-of.ts";
import { type MethodNode, parseMethod } from "../read/parse-method.ts";

/** Names of the fields that code around a step looks at or sets; null where its source does not tell. */
export type HookFields = ReadonlySet<string> | null;

/** What the hooks of a decorator of one's own do with the fields of the flow that they are handed. */
export function fieldsOfHooks({ before, around, after }: OwnDecorator): HookFields {
  const all = [fieldsOf(before, 0), fieldsOf(around, 1), fieldsOf(after, 0)];
  const names = new Set<string>();
  for (const fields of all) {
    if (fields === null) return null;
    for (const name of fields) names.add(name);
  }
  return names;
}

/** @param at - which of the hook's parameters is the task that holds the flow */
function fieldsOf(hook: ((...given: never[]) => unknown) | null, at: number): HookFields {
  if (hook === null) return new Set();
  const node = parseMethod(Function.prototype.toString.call(hook))?.node;
  if (node === undefined) return null;
  const handed = handedTo(node, at);
  return handed === null ? null : new HookScan(handed).fieldsIn(node);
}

/** What a hook calls the task, or the flow itself; null where it may have it by another way. */
interface Handed {
  readonly task: string | null;
  readonly flow: string | null;
}

function handedTo({ params }: MethodNode, at: number): Handed | null {
  if (params.some(({ type }) => type === "RestElement")) return null;
  const param = params[at];
  if (param === undefined) return { task: null, flow: null };
  if (param.type === "Identifier") return { task: param.name, flow: null };
  if (param.type !== "ObjectPattern") return null;
  const names = param.properties.map((property) => (property.type === "RestElement" ? null : keyName(property)));
  if (names.includes(null)) return null;
  const flow = param.properties[names.indexOf("flow")];
  if (flow === undefined) return { task: null, flow: null };
  return flow.type === "Property" && flow.value.type === "Identifier" ? { task: null, flow: flow.value.name } : null;
}

class HookScan {
  readonly #handed: Handed;
  readonly #names = new Set<string>();
  #isOpen = false;

  constructor(handed: Handed) {
    this.#handed = handed;
  }

  fieldsIn({ body }: MethodNode): HookFields {
    this.#visit(body);
    return this.#isOpen ? null : this.#names;
  }

  #visit(node: AnyNode): void {
    if (node.type === "MemberExpression") this.#member(node);
    else if (node.type === "Identifier") this.#isOpen ||= this.#isHanded(node.name);
    else if (node.type === "Property" && !node.computed) this.#visit(node.value);
    else for (const child of childrenOf(node)) this.#visit(child);
  }

  #member(node: Extract<AnyNode, { type: "MemberExpression" }>): void {
    const name = memberName(node);
    if (this.#isFlow(node.object)) {
      if (name === null) this.#isOpen = true;
      else this.#names.add(name);
    } else if (this.#isTask(node.object)) this.#isOpen ||= name === null || name === "flow";
    else this.#visit(node.object);
    if (node.computed) this.#visit(node.property);
  }

  /** Whoever has these elsewhere than before a dot may set any field. */
  #isHanded(name: string): boolean {
    return name === this.#handed.task || name === this.#handed.flow || name === "arguments";
  }

  #isTask(node: AnyNode): boolean {
    return node.type === "Identifier" && node.name === this.#handed.task;
  }

  #isFlow(node: AnyNode): boolean {
    if (node.type === "Identifier") return node.name === this.#handed.flow;
    return node.type === "MemberExpression" && this.#isTask(node.object) && memberName(node) === "flow";
  }
}
