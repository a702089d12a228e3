import { createRequire } from "node:module";
import path from "node:path";

/** A rule of typescript-eslint, as far as it is used here. */
export interface TypedRule {
  readonly meta: { readonly messages: Readonly<Record<string, string>>; readonly schema: object[] };
  create(context: object): Record<string, (node: never) => void>;
}

/** Their parser; null where the project has none. */
export function typescriptParser(folder: string): object | null {
  return loaded<object>(folder, "@typescript-eslint/parser");
}

/** A rule of theirs by name; null where the project has none. */
export function typedRule(folder: string, name: string): TypedRule | null {
  const plugin = loaded<{ rules: Readonly<Record<string, TypedRule>> }>(folder, "@typescript-eslint/eslint-plugin");
  return plugin?.rules[name] ?? null;
}

/** Package managers that are strict show a project what it names itself: these stand behind `typescript-eslint`. */
function loaded<Module>(folder: string, name: string): Module | null {
  const from = path.join(folder, "eslint.config.mjs");
  const direct = requireOr(from, name);
  if (direct !== null) return direct as Module;
  const umbrella = resolveOr(from, "typescript-eslint");
  return umbrella === null ? null : (requireOr(umbrella, name) as Module | null);
}

function requireOr(from: string, name: string): unknown {
  const file = resolveOr(from, name);
  return file === null ? null : (createRequire(from)(file) as unknown);
}

function resolveOr(from: string, name: string): string | null {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return null;
  }
}
