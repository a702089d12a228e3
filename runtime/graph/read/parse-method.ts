import { parse, type AnyNode, type Options } from "acorn";

/** A function as acorn sees it. */
export type MethodNode = Extract<
  AnyNode,
  { type: "FunctionExpression" | "ArrowFunctionExpression" | "FunctionDeclaration" }
>;

/** A method's syntax tree and the text that its positions refer to. */
export interface ParsedMethod {
  readonly node: MethodNode;
  readonly source: string;
}

// A method read out of its class may name private fields whose declarations are elsewhere.
const OPTIONS: Options = { ecmaVersion: "latest", sourceType: "module", checkPrivateFields: false };

/**
 * Parses what `fn.toString()` gives: a method, a function, an arrow function.
 *
 * @returns `null` for what is no JavaScript source (native and bound functions) or is a class
 */
export function parseMethod(text: string): ParsedMethod | null {
  return parseAsMember(text) ?? parseAsExpression(text);
}

/** The source of a method in the source of its class; null where it is not there by that name. */
export function memberIn(classText: string, name: string): string | null {
  const source = `(${classText}\n)`;
  const expression = expressionOf(source);
  if (expression?.type !== "ClassExpression") return null;
  const found = expression.body.body.find(
    (member) =>
      member.type === "MethodDefinition" && member.kind === "method" && !member.static && keyOf(member) === name,
  );
  return found === undefined ? null : source.slice(found.start, found.end);
}

function keyOf({ key, computed }: { readonly key: AnyNode; readonly computed: boolean }): string | null {
  if (key.type === "Identifier") return computed ? null : key.name;
  return key.type === "Literal" ? String(key.value) : null;
}

function parseAsMember(text: string): ParsedMethod | null {
  // `extends null` makes `super.method()` legal syntax.
  const source = `(class extends null {${text}\n})`;
  const expression = expressionOf(source);
  if (expression?.type !== "ClassExpression" || expression.body.body.length !== 1) return null;
  const member = expression.body.body[0];
  return member?.type === "MethodDefinition" ? { node: member.value, source } : null;
}

function parseAsExpression(text: string): ParsedMethod | null {
  const source = `(${text}\n)`;
  const node = expressionOf(source);
  return node?.type === "FunctionExpression" || node?.type === "ArrowFunctionExpression" ? { node, source } : null;
}

function expressionOf(source: string): AnyNode | null {
  try {
    const statement = parse(source, OPTIONS).body[0];
    return statement?.type === "ExpressionStatement" ? statement.expression : null;
  } catch {
    return null;
  }
}
