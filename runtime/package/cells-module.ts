import { createRequire } from "node:module";
import path from "node:path";
import { type AnyNode, parse, type Program } from "acorn";
import { declaredBy, namesReadBy } from "./names-read-by.ts";

export interface CellsModule {
  /** JavaScript with a source map of its own; it exports the class. */
  readonly source: string;
}

export interface CellsModuleOptions {
  /** Where imports are resolved from, and the tsconfig.json that says which decorators these are. */
  readonly folder: string;
  /** The class that the module is for. */
  readonly name: string;
}

/**
 * A module of what a class in a notebook's cells needs: its own declaration, those that it mentions, and theirs. What
 * the cells did besides is left out: a task must not do it again. Of a name that was declared again the last one counts.
 *
 * @returns null if no cell declares the class
 */
export async function cellsModule(
  cells: readonly string[],
  { folder, name }: CellsModuleOptions,
): Promise<CellsModule | null> {
  const parts = await Promise.all(cells.map((source, at) => statementsOf(source, { folder, cell: at + 1 })));
  const statements = parts.flat();
  const declared = new Map(statements.flatMap((one) => one.declares.map((declaredName) => [declaredName, one])));
  const own = declared.get(name);
  if (own === undefined || own.isImport) return null;
  const kept = new Set<Statement>();
  keep(own, { declared, kept, statements });
  const text = statements.filter((one) => kept.has(one)).map(({ code }) => code);
  return { source: `${text.join("\n")}\nexport { ${name} };\n` };
}

interface Statement {
  readonly code: string;
  readonly declares: readonly string[];
  readonly mentions: ReadonlySet<string>;
  /** For what is no declaration: the names that it completes, as decorators and registerType do. */
  readonly completes: readonly string[];
  readonly isImport: boolean;
}

interface Found {
  readonly declared: ReadonlyMap<string, Statement>;
  readonly kept: Set<Statement>;
  readonly statements: readonly Statement[];
}

function keep(statement: Statement, found: Found): void {
  if (found.kept.has(statement)) return;
  found.kept.add(statement);
  for (const name of statement.mentions) {
    const needed = found.declared.get(name);
    if (needed !== undefined) keep(needed, found);
  }
  const from = found.statements.indexOf(statement);
  for (const [at, one] of found.statements.entries()) {
    // What completed an earlier class of the same name is not about this one.
    if (at > from && one.completes.some((name) => found.declared.get(name) === statement)) keep(one, found);
  }
}

async function statementsOf(source: string, { folder, cell }: { folder: string; cell: number }): Promise<Statement[]> {
  const require = createRequire(import.meta.url);
  const { transform } = require("esbuild") as typeof import("esbuild");
  const { getTsconfig } = require("get-tsconfig") as typeof import("get-tsconfig");
  const compilerOptions = getTsconfig(path.join(folder, "notebook.ts"))?.config.compilerOptions ?? {};
  const { code } = await transform(source, {
    loader: "ts",
    sourcefile: `cell ${cell}`,
    target: "es2022",
    keepNames: false,
    tsconfigRaw: JSON.stringify({ compilerOptions: { ...compilerOptions, verbatimModuleSyntax: true } }),
  });
  const program: Program = parse(code, {
    ecmaVersion: "latest",
    sourceType: "module",
    allowAwaitOutsideFunction: true,
  });
  // Helpers of the compiler are each cell's own.
  const helpers = new Set(program.body.flatMap((node) => declaredBy(node).filter((name) => name.startsWith("__"))));
  const rename = (text: string) =>
    [...helpers].reduce(
      (done, helper) => done.replaceAll(new RegExp(`\\b${helper}\\b`, "g"), `${helper}_${cell}`),
      text,
    );
  return program.body.map((node) => {
    const text = rename(code.slice(node.start, node.end));
    const named = declaredBy(node).map((name) => (helpers.has(name) ? `${name}_${cell}` : name));
    const mentions = new Set([...namesReadBy(node)].map((one) => (helpers.has(one) ? `${one}_${cell}` : one)));
    const isImport = node.type === "ImportDeclaration";
    return { code: text, declares: named, mentions, completes: completedBy(node), isImport };
  });
}

/** Decorating, registering and assigning to a class belong to it; calls of anything else are what a cell did. */
function completedBy(node: AnyNode): string[] {
  if (node.type !== "ExpressionStatement") return [];
  const { expression } = node;
  if (expression.type === "AssignmentExpression") return rootOf(expression.left);
  if (expression.type !== "CallExpression" || expression.callee.type !== "Identifier") return [];
  const { name } = expression.callee;
  if (name !== "registerType" && !name.startsWith("__")) return [];
  return expression.arguments.flatMap((argument) => rootOf(argument));
}

function rootOf(node: AnyNode): string[] {
  if (node.type === "Identifier") return [node.name];
  return node.type === "MemberExpression" ? rootOf(node.object) : [];
}
