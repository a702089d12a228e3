import { parse, type AnyNode } from "acorn";
import type { MethodNode } from "../read/parse-method.ts";

/** A class, or the function that an older target makes of one. */
export type ClassNode = Extract<AnyNode, { type: "ClassExpression" }> | MethodNode;

/**
 * Parses what `Class.toString()` gives.
 * @returns `null` for what is not the JavaScript source of a class
 */
export function parseClass(text: string): ClassNode | null {
  try {
    const options = { ecmaVersion: "latest", sourceType: "module", checkPrivateFields: false } as const;
    const statement = parse(`(${text}\n)`, options).body[0];
    const node = statement?.type === "ExpressionStatement" ? statement.expression : null;
    return node?.type === "ClassExpression" || node?.type === "FunctionExpression" ? node : null;
  } catch {
    return null;
  }
}
