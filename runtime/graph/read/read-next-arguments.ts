import type { AnyNode, CallExpression, ObjectExpression } from "acorn";
import type { Transition } from "../flow-graph.ts";
import { keyName, literalString, memberName, withoutChain } from "./children-of.ts";

/** Why the arguments of a `this.next(…)` say nothing; `seen` is the user's own text. */
export type NextProblem =
  | { readonly kind: "no-arguments" }
  | { readonly kind: "no-target"; readonly option: string }
  | { readonly kind: "not-a-step"; readonly seen: string }
  | { readonly kind: "several-targets"; readonly option: string; readonly seen: readonly string[] }
  | { readonly kind: "unknown-option"; readonly seen: string }
  | { readonly kind: "several-options"; readonly seen: readonly string[] }
  | { readonly kind: "label-alone"; readonly seen: string | null }
  | { readonly kind: "not-a-literal"; readonly option: string; readonly seen: string }
  | { readonly kind: "empty-switch" }
  | { readonly kind: "unreadable-case"; readonly seen: string }
  | { readonly kind: "no-condition" }
  | { readonly kind: "no-cases"; readonly seen: string }
  | { readonly kind: "gang-size"; readonly seen: string };

export type NextReading = { readonly transition: Transition } | { readonly problem: NextProblem };

export interface ReadNextOptions {
  /** The text that the node's positions refer to. */
  readonly source: string;
  isThis(node: AnyNode): boolean;
}

type Option = "foreach" | "condition" | "numParallel";

interface ReadOption {
  readonly name: Option;
  readonly value: AnyNode;
  /** What stands beside `foreach`. */
  readonly label: AnyNode | null;
}

/** Reads the forms of `this.next(…)`: linear, branch, foreach, gang, switch. */
export function readNextArguments(call: CallExpression, options: ReadNextOptions): NextReading {
  const args = call.arguments as readonly AnyNode[];
  const [first, last] = [args[0], args.at(-1)];
  if (first === undefined || last === undefined) return { problem: { kind: "no-arguments" } };
  const textOf = (node: AnyNode): string => shorten(options.source.slice(node.start, node.end));

  if (first.type === "ObjectExpression" && !(args.length === 1 && hasOption(first))) return readSwitch(first, args[1]);

  const targets: string[] = [];
  for (const arg of last.type === "ObjectExpression" ? args.slice(0, -1) : args) {
    const target = stepReference(arg);
    if (target === null) return { problem: { kind: "not-a-step", seen: textOf(arg) } };
    targets.push(target);
  }
  if (last.type !== "ObjectExpression" || last.properties.length === 0) return plain(targets);

  const option = readOption(last);
  if ("problem" in option) return option;
  const [target] = targets;
  if (option.name === "condition")
    return { problem: { kind: "no-cases", seen: targets.map((t) => `this.${t}`).join(", ") } };
  if (target === undefined) return { problem: { kind: "no-target", option: option.name } };
  if (targets.length > 1) return { problem: { kind: "several-targets", option: option.name, seen: targets } };
  if (option.name === "numParallel") return readGang(target, option.value);
  const artifact = literalString(option.value);
  if (artifact === null) return { problem: { kind: "not-a-literal", option: "foreach", seen: textOf(option.value) } };
  const { label } = option;
  const labelled = label === null ? {} : { label: literalString(label) };
  return { transition: { kind: "foreach", target, artifact, ...labelled } };

  function stepReference(node: AnyNode): string | null {
    const member = withoutChain(node);
    return member.type === "MemberExpression" && options.isThis(member.object) ? memberName(member) : null;
  }

  function readSwitch(object: ObjectExpression, rest: AnyNode | undefined): NextReading {
    const cases: [string, string][] = [];
    for (const property of object.properties as readonly AnyNode[]) {
      const key = keyName(property);
      const target = property.type === "Property" ? stepReference(property.value) : null;
      if (key === null || target === null) return { problem: { kind: "unreadable-case", seen: textOf(property) } };
      cases.push([key, target]);
    }
    if (cases.length === 0) return { problem: { kind: "empty-switch" } };
    if (rest?.type !== "ObjectExpression") return { problem: { kind: "no-condition" } };
    const chosen = readOption(rest);
    if ("problem" in chosen) return chosen;
    if (chosen.name !== "condition") return { problem: { kind: "no-condition" } };
    const artifact = literalString(chosen.value);
    if (artifact === null)
      return { problem: { kind: "not-a-literal", option: "condition", seen: textOf(chosen.value) } };
    // `fromEntries` keeps a case named __proto__ as an own key.
    return { transition: { kind: "switch", artifact, cases: Object.fromEntries(cases) } };
  }

  function readOption(object: ObjectExpression): ReadOption | { problem: NextProblem } {
    const found: { name: Option; value: AnyNode }[] = [];
    let label: AnyNode | null = null;
    for (const property of object.properties as readonly AnyNode[]) {
      const name = keyName(property);
      if (name === "label" && property.type === "Property") {
        label = property.value;
        continue;
      }
      if (!isOption(name) || property.type !== "Property") {
        return { problem: { kind: "unknown-option", seen: name ?? textOf(property) } };
      }
      found.push({ name, value: property.value });
    }
    const [only] = found;
    const isForeach = found.some((option) => option.name === "foreach");
    if (label !== null && !isForeach) return { problem: { kind: "label-alone", seen: only?.name ?? null } };
    if (only === undefined) return { problem: { kind: "no-condition" } };
    return found.length === 1
      ? { ...only, label }
      : { problem: { kind: "several-options", seen: found.map((o) => o.name) } };
  }

  function readGang(gangTarget: string, value: AnyNode): NextReading {
    const size = constantNumber(value);
    // A size that only the run knows is checked there.
    if (size === undefined) return { transition: { kind: "gang", target: gangTarget, size: null } };
    if (size === null || !Number.isInteger(size) || size < 1)
      return { problem: { kind: "gang-size", seen: textOf(value) } };
    return { transition: { kind: "gang", target: gangTarget, size } };
  }
}

function plain(targets: readonly string[]): NextReading {
  const [only] = targets;
  if (only === undefined) return { problem: { kind: "no-arguments" } };
  return { transition: targets.length === 1 ? { kind: "linear", target: only } : { kind: "branch", targets } };
}

/** `undefined` for what is no constant, `null` for a constant that is no number. */
function constantNumber(node: AnyNode): number | null | undefined {
  if (node.type === "Literal") return typeof node.value === "number" ? node.value : null;
  if (node.type !== "UnaryExpression" || node.operator !== "-") return undefined;
  const value = constantNumber(node.argument);
  return typeof value === "number" ? -value : value;
}

function hasOption(object: ObjectExpression): boolean {
  return object.properties.some((property) => isOption(keyName(property)));
}

function isOption(name: string | null): name is Option {
  return name === "foreach" || name === "condition" || name === "numParallel";
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
