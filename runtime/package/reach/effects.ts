import { isBuiltin } from "node:module";
import type { AnyNode } from "acorn";
import { isOfMillrace } from "./flow-members.ts";
import type { ReachContext } from "./reach-walk.ts";
import { rootOf, type ScriptPart } from "./script-parts.ts";

/** What a step's own names lead to. */
export interface Reached {
  readonly parts: ReadonlySet<ScriptPart>;
}

/**
 * Statements that do something while their module is evaluated: one concerns a step if it may change what the step can
 * reach, or what everything can.
 */
export function effects(context: ReachContext): (part: ScriptPart, reached: Reached) => boolean {
  const { byName, specifiers, isMillrace, chain } = context;
  const flowParts = new Set(chain.map(({ part }) => part));
  const closures = new Map<ScriptPart, Closure>();

  return (part, reached) => {
    if (part.effect === "none" || flowParts.has(part)) return false;
    const call = part.node.type === "ExpressionStatement" ? part.node.expression : null;
    const callee = call?.type === "CallExpression" ? (rootOf(call.callee) ?? "") : "";
    if (part.completes !== null) return completes(part.completes, { part, call, reached });
    if (isMillrace(callee)) return /\bregisterType\b/.test(part.text);
    if (callee === "__export") return isReached(firstArgument(call), reached);
    if (callee.startsWith("__decorat") || callee === "__runInitializers") return decorates(part, { call, reached });
    const closure = closureOf(part);
    const isCall = part.effect === "call";
    if (isCall && (closure.touchesGlobals || closure.touchesFlow)) return true;
    return [...closure.parts].some(
      (one) => reached.parts.has(one) && (one.external === null ? one.isState : isCall && isPackage(one.external)),
    );
  };

  /** `name = …` and `name.property = …` belong to what declares the name. */
  function completes(name: string, at: { part: ScriptPart; call: AnyNode | null; reached: Reached }): boolean {
    const declared = byName.get(name);
    if (declared === undefined) return true;
    if (!flowParts.has(declared)) return at.reached.parts.has(declared);
    const right = at.call?.type === "AssignmentExpression" ? at.call.right : null;
    return right?.type !== "CallExpression" || !(rootOf(right.callee) ?? "").startsWith("__decorat");
  }

  /** A decorator of the flow's counts where it is not Millrace's; any other where its class is reached. */
  function decorates(part: ScriptPart, { call, reached }: { call: AnyNode | null; reached: Reached }): boolean {
    const named = [...part.reads].flatMap((name) => byName.get(name) ?? []);
    if (!named.some((one) => flowParts.has(one))) return named.some((one) => one.isState && reached.parts.has(one));
    const list = call?.type === "CallExpression" ? call.arguments[0] : undefined;
    const decorators = list?.type === "ArrayExpression" ? list.elements : [];
    return decorators.some((one) => one !== null && !isOfMillrace(one, { isMillrace }));
  }

  function isReached(node: AnyNode | undefined, reached: Reached): boolean {
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

function firstArgument(call: AnyNode | null): AnyNode | undefined {
  return call?.type === "CallExpression" ? call.arguments[0] : undefined;
}
