import type { CodePackage } from "../code-package.ts";
import { parseExternalSpecifier } from "../external-specifier.ts";
import { flowChain } from "./flow-chain.ts";
import type { Loads } from "../loads.ts";
import type { ReachContext } from "./reach-context.ts";
import { NameWalk } from "./name-walk.ts";
import { hashOfTexts, labelOf } from "./hash-of-texts.ts";
import { type ScriptPart, scriptParts } from "./script-parts.ts";

/** The code that a step can reach. */
export interface CodeReach {
  /** Hash of each piece, by a name for people. */
  readonly pieces: ReadonlyMap<string, string>;
  /** What it imports, by index among the package's imports. */
  readonly externals: ReadonlySet<number>;
  readonly loads: readonly Loads[];
  /** It may load whatever the project declares. */
  readonly isOpen: boolean;
}

export interface CodeReachOptions {
  readonly flow: string;
  readonly steps: readonly string[];
  /** Parameters, included files and configurations. */
  readonly parameters: readonly string[];
}

/**
 * Reads a code package once; the function tells of each step what it can reach, as far as the source tells. What it
 * does not tell counts as reaching everything.
 */
export function codeReach(code: CodePackage, options: CodeReachOptions): (step: string) => CodeReach {
  const parts = scriptParts(code.script);
  const byName = new Map(parts.flatMap((part) => part.declares.map((name) => [name, part] as const)));
  const specifiers = code.imports.map(({ specifier }) => parseExternalSpecifier(specifier).specifier);
  const isMillrace = (name: string) => {
    const index = byName.get(name)?.external ?? null;
    return index !== null && /^millrace(\/|$)/.test(specifiers[index] ?? "");
  };
  const chain = flowChain({ ...options, parts, byName, isMillrace });
  const context: ReachContext = { ...{ parts, byName, specifiers, isMillrace, chain }, steps: new Set(options.steps) };
  // Imported for what it does alone, a package may concern every step.
  const named = new Set(parts.map(({ external }) => external));
  const bare = [...code.imports.keys()].filter((at) => !named.has(at));

  return (step) => {
    const walk = new NameWalk(context);
    if (!walk.enter(step) || walk.isOpen) return whole(parts, code);
    return { ...walk.reach(), externals: new Set([...walk.externals, ...bare]), isOpen: false };
  };
}

function whole(parts: readonly ScriptPart[], code: CodePackage): CodeReach {
  const texts = new Map<string, string[]>();
  for (const part of parts) {
    if (part.external !== null) continue;
    const label = labelOf(part);
    texts.set(label, [...(texts.get(label) ?? []), part.text]);
  }
  // A script that is not as ours are still counts as one piece.
  if (texts.size === 0) texts.set(`all of ${code.flowFile}`, [code.script]);
  return {
    pieces: new Map([...texts].map(([label, all]) => [label, hashOfTexts(all)])),
    externals: new Set(code.imports.keys()),
    loads: parts.map(({ loads }) => loads),
    isOpen: parts.some(({ loads }) => loads.isOpen),
  };
}
