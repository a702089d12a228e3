import { isBuiltin } from "node:module";
import type { AnyNode } from "acorn";
import { isOfMillrace } from "./flow-class-parts.ts";
import type { ReachContext } from "./reach-context.ts";
import { rootOf, type ScriptPart } from "./script-parts.ts";

/** What a step's own names lead to. */
export interface ReachedParts {
  readonly parts: ReadonlySet<ScriptPart>;
}

/**
 * Statements that do something while their module is evaluated: one concerns a step if it may change what the step can
 * reach, or what everything can.
 */
export function effects(context: ReachContext): (part: ScriptPart, reached: ReachedParts) => boolean {
  const { byName, specifiers, isMillrace, chain } = context;
  const flowParts = new Set(chain.map(({ part }) => part));
  const closures = new Map<ScriptPart, Closure>();
  const writers = writersIn(context.parts);

  return (part, reached) => {
    if (part.declares.some((name) => isDeclaredAgain(name, { part, reached }))) return true;
    if (part.effect === "none" || flowParts.has(part)) return false;
    if (/\bregisterType\b/.test(part.text)) return true;
    const { call, callee } = callIn(part);
    if (callee.startsWith("__decorat") || callee === "__runInitializers") return decorates(part, { call, reached });
    if (part.completes !== null) {
      const declared = byName.get(part.completes);
      if (declared === undefined || flowParts.has(declared) || reached.parts.has(declared)) return true;
    } else if (isMillrace(callee)) return false;
    else if (callee === "__export") return isReached(firstArgument(call), reached);
    const closure = closureOf(part);
    const isCall = part.effect === "call";
    if (isCall && (closure.touchesGlobals || closure.touchesFlow)) return true;
    return [...closure.parts].some(
      (one) => reached.parts.has(one) && (one.external === null ? one.isState : isCall && isPackage(one.external)),
    );
  };

  /** A decorator of the flow's counts where it is not Millrace's; any other where it or its class leads to what is reached. */
  function decorates(part: ScriptPart, { call, reached }: { call: AnyNode | null; reached: ReachedParts }): boolean {
    const named = [...part.reads].flatMap((name) => byName.get(name) ?? []);
    if (!named.some((one) => flowParts.has(one)))
      return [...closureOf(part).parts].some((one) => one.isState && reached.parts.has(one));
    const list = call?.type === "CallExpression" ? call.arguments[0] : undefined;
    const decorators = list?.type === "ArrayExpression" ? list.elements : [];
    return decorators.some((one) => one !== null && !isOfMillrace(one, { isMillrace }));
  }

  /** `var` may declare a name more than once. */
  function isDeclaredAgain(name: string, { part, reached }: { part: ScriptPart; reached: ReachedParts }): boolean {
    const last = byName.get(name);
    return last !== undefined && last !== part && reached.parts.has(last);
  }

  function isReached(node: AnyNode | undefined, reached: ReachedParts): boolean {
    const part = node?.type === "Identifier" ? byName.get(node.name) : undefined;
    return part !== undefined && reached.parts.has(part);
  }

  function isPackage(external: number): boolean {
    const specifier = specifiers[external] ?? "";
    return !isBuiltin(specifier) && !/^millrace(\/|$)/.test(specifier);
  }

  /** All that a statement can reach; what a flow's class holds besides is left out. */
  function closureOf(start: ScriptPart): Closure {
    const known = closures.get(start);
    if (known !== undefined) return known;
    const parts = new Set<ScriptPart>([start]);
    let touchesGlobals = false;
    let touchesFlow = false;
    for (const part of parts) {
      for (const name of part.declares) for (const writer of writers.get(name) ?? []) parts.add(writer);
      touchesGlobals ||= [...part.reads].some((name) => GLOBALS.has(name) && !byName.has(name));
      for (const name of part.reads) {
        const next = byName.get(name);
        if (next !== undefined && flowParts.has(next)) touchesFlow = true;
        else if (next !== undefined) parts.add(next);
      }
    }
    const closure = { parts, touchesGlobals, touchesFlow };
    closures.set(start, closure);
    return closure;
  }
}

interface Closure {
  readonly parts: ReadonlySet<ScriptPart>;
  readonly touchesGlobals: boolean;
  readonly touchesFlow: boolean;
}

/** Through these a statement may change what all code sees. */
const GLOBALS: ReadonlySet<string> = new Set(["globalThis", "global", "process"]);

/** Statements that put something into a variable, by its name. */
function writersIn(parts: readonly ScriptPart[]): ReadonlyMap<string, readonly ScriptPart[]> {
  const writers = new Map<string, ScriptPart[]>();
  for (const part of parts) {
    const { call, callee } = callIn(part);
    const exporter = callee === "__export" ? firstArgument(call) : undefined;
    const name = exporter?.type === "Identifier" ? exporter.name : part.completes;
    if (name !== null) writers.set(name, [...(writers.get(name) ?? []), part]);
  }
  return writers;
}

/** The call that a statement is, or whose result it assigns. */
function callIn({ node }: ScriptPart): { call: AnyNode | null; callee: string } {
  const whole = node.type === "ExpressionStatement" ? node.expression : null;
  const call = whole?.type === "AssignmentExpression" ? whole.right : whole;
  return { call, callee: call?.type === "CallExpression" ? (rootOf(call.callee) ?? "") : "" };
}

function firstArgument(call: AnyNode | null): AnyNode | undefined {
  return call?.type === "CallExpression" ? call.arguments[0] : undefined;
}
