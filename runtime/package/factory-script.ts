import { type Node, type Program, parse } from "acorn";
import type { ExternalImport } from "./code-package.ts";

/** Name under which the script sees its {@link ModuleScope}. */
const SCOPE = "__millrace";

const DEFAULT = "__millraceDefault";

export interface FactoryScript {
  readonly script: string;
  readonly imports: readonly ExternalImport[];
  readonly isAsync: boolean;
}

/**
 * Turns a bundled ES module into a script whose value is a function, so that a warm process can evaluate it again and
 * again: ES modules are cached for ever. Imports become constants, exports the returned object. Lines stay where they
 * are, so that the bundle's source map holds for the script.
 */
export function factoryScript(module: string): FactoryScript {
  const program = parse(module, { ecmaVersion: "latest", sourceType: "module" });
  const edits: Edit[] = [];
  const imports: ExternalImport[] = [];
  const exports: string[] = [];
  const moduleAt = (specifier: string, names: readonly string[]) =>
    `${SCOPE}.modules[${imports.push({ specifier, names }) - 1}]`;

  for (const node of program.body) {
    if (node.type === "ImportDeclaration") {
      edits.push({ node, text: importText(node, moduleAt) });
    } else if (node.type === "ExportAllDeclaration") {
      exports.push(`...${moduleAt(String(node.source.value), [])}`);
      edits.push({ node, text: "" });
    } else if (node.type === "ExportDefaultDeclaration") {
      // How esbuild ends a CommonJS module: its exports serve under their names as well.
      exports.push(`...${DEFAULT}`, `default: ${DEFAULT}`);
      edits.push({ node: { start: node.start, end: node.declaration.start }, text: `const ${DEFAULT} = ` });
    } else if (node.type === "ExportNamedDeclaration") {
      // esbuild declares first and exports at the end.
      for (const item of node.specifiers) exports.push(`${nameOf(item.exported)}: ${nameOf(item.local)}`);
      edits.push({ node, text: "" });
    }
  }
  const found = inspect(program);
  for (const node of found.dynamicImports) edits.push({ node, text: `${SCOPE}.import` });

  const body = applied(module, edits);
  const head = `(${found.hasTopLevelAwait ? "async " : ""}function (${SCOPE}) { "use strict"; const require = ${SCOPE}.require; `;
  return { script: `${head}${body}\nreturn {${exports.join(", ")}};\n})`, imports, isAsync: found.hasTopLevelAwait };
}

interface Edit {
  readonly node: { readonly start: number; readonly end: number };
  readonly text: string;
}

type ImportDeclaration = Extract<Program["body"][number], { type: "ImportDeclaration" }>;

function importText(
  node: ImportDeclaration,
  moduleAt: (specifier: string, names: readonly string[]) => string,
): string {
  const named: string[] = [];
  const names: string[] = [];
  let namespace: string | null = null;
  for (const item of node.specifiers) {
    if (item.type === "ImportNamespaceSpecifier") {
      namespace = item.local.name;
      continue;
    }
    const imported = item.type === "ImportDefaultSpecifier" ? "default" : importedName(item.imported);
    names.push(imported);
    named.push(`${JSON.stringify(imported)}: ${item.local.name}`);
  }
  const value = moduleAt(String(node.source.value), names);
  const parts = [
    ...(namespace === null ? [] : [`${namespace} = ${value}`]),
    ...(named.length === 0 ? [] : [`{ ${named.join(", ")} } = ${value}`]),
  ];
  return parts.length === 0 ? "" : `const ${parts.join(", ")};`;
}

function importedName(node: { type: string; name?: string; value?: unknown }): string {
  return node.type === "Literal" ? String(node.value) : String(node.name);
}

function nameOf(node: { type: string; name?: string; value?: unknown }): string {
  return node.type === "Literal" ? JSON.stringify(node.value) : String(node.name);
}

function inspect(program: Program): { dynamicImports: Node[]; hasTopLevelAwait: boolean } {
  const dynamicImports: Node[] = [];
  let hasTopLevelAwait = false;

  function visit(node: Node, depth: number): void {
    if (node.type === "ImportExpression") {
      // Only the keyword is replaced: the call's arguments stay.
      dynamicImports.push({ ...node, end: node.start + "import".length });
    }
    const isAwait =
      node.type === "AwaitExpression" || (node.type === "ForOfStatement" && "await" in node && node.await);
    if (isAwait === true && depth === 0) hasTopLevelAwait = true;
    const isFunction = /Function|^PropertyDefinition$|^StaticBlock$/.test(node.type);
    for (const child of childrenOf(node)) visit(child, isFunction ? depth + 1 : depth);
  }

  visit(program, 0);
  return { dynamicImports, hasTopLevelAwait };
}

function* childrenOf(node: Node): Generator<Node> {
  for (const value of Object.values(node) as unknown[]) {
    if (Array.isArray(value)) {
      for (const item of value as unknown[]) if (isNode(item)) yield item;
    } else if (isNode(value)) yield value;
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}

function applied(source: string, edits: readonly Edit[]): string {
  let result = "";
  let at = 0;
  for (const { node, text } of edits.toSorted((a, b) => a.node.start - b.node.start)) {
    const lines = source.slice(node.start, node.end).split("\n").length - 1;
    result += source.slice(at, node.start) + text + "\n".repeat(lines);
    at = node.end;
  }
  return result + source.slice(at);
}
