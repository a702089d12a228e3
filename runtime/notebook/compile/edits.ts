import type { ImportDeclaration, Node, Pattern, VariableDeclaration } from "acorn";
import { SCOPE } from "./scope.ts";

export interface Edit {
  readonly text: string;
  /** Added to a column of its first line, it gives the column in the text before. */
  readonly shift: number;
}

/** What becomes of the statements of a cell. */
export const edits = {
  /** A declaration as an assignment to names that exist already. */
  declaration(node: Node, text: string): Edit {
    if (node.type === "VariableDeclaration") return variables(node as VariableDeclaration, text);
    const [name = ""] = declaredBy(node);
    return prefixed(`${name} = `, `${text};`);
  },

  /** An expression as the cell's value: boxed, as a promise that is returned would be awaited. */
  value(text: string): Edit {
    return prefixed("return [", `${text.replace(/;$/, "")}];`);
  },

  import(node: ImportDeclaration, ownName: (name: string) => string): Edit {
    const names = Object.fromEntries(
      node.specifiers.map((item) => {
        if (item.type === "ImportNamespaceSpecifier") return [ownName(item.local.name), "*"];
        return [ownName(item.local.name), item.type === "ImportSpecifier" ? nameOf(item.imported) : "default"];
      }),
    );
    const attributes = node.attributes.map(({ key, value }) => [nameOf(key), value.value]);
    const args: unknown[] = [
      node.source.value,
      names,
      ...(attributes.length > 0 ? [Object.fromEntries(attributes) as unknown] : []),
    ];
    return { text: `await ${SCOPE}.bind(${args.map((arg) => JSON.stringify(arg)).join(", ")});`, shift: 0 };
  },
};

/** The names that a statement declares for the whole cell. */
export function declaredBy(node: Node): string[] {
  if (node.type === "VariableDeclaration") {
    return (node as VariableDeclaration).declarations.flatMap(({ id }) => namesIn(id));
  }
  if (node.type !== "FunctionDeclaration" && node.type !== "ClassDeclaration") return [];
  return [(node as Node & { id: { name: string } }).id.name];
}

/** `const { a } = x, b = 2;` as `({ a } = x, b = 2);`. */
function variables(node: VariableDeclaration, text: string): Edit {
  let result = text.replace(/;$/, "");
  for (const { id, init } of node.declarations.toReversed()) {
    const at = id.end - node.start;
    if (init == null) result = `${result.slice(0, at)} = void 0${result.slice(at)}`;
  }
  const start = (node.declarations[0]?.start ?? node.start) - node.start;
  return { text: `(${result.slice(start)});`, shift: start - 1 };
}

function prefixed(prefix: string, text: string): Edit {
  return { text: `${prefix}${text}`, shift: -prefix.length };
}

function namesIn(pattern: Pattern): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((item) => namesIn(item.type === "Property" ? item.value : item.argument));
    case "ArrayPattern":
      return pattern.elements.flatMap((item) => (item === null ? [] : namesIn(item)));
    case "AssignmentPattern":
      return namesIn(pattern.left);
    case "RestElement":
      return namesIn(pattern.argument);
    default:
      return [];
  }
}

function nameOf(node: { type: string; name?: string; value?: unknown }): string {
  return node.type === "Literal" ? String(node.value) : String(node.name);
}
