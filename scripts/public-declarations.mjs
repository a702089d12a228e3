// What the compiler wrote to dist/types becomes what the package declares: of each file only what an entry reaches, so that
// nothing of the inside asks for types of Node; and for CommonJS the same beside it as `.d.cts`.
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

const FOLDER = "dist/types";

/** `entries` are the declarations that package.json names. */
export function publicDeclarations(entries) {
  const kept = reach(entries.map((file) => path.normalize(file)));
  for (const name of readdirSync(FOLDER, { recursive: true })) {
    const file = path.join(FOLDER, name);
    if (/\.d\.c?ts$/.test(name) && !kept.has(file.replace(/cts$/, "ts"))) rmSync(file);
  }
  for (const [file, { module, names }] of kept) {
    const text = textOf(module, names);
    writeFileSync(file, withExtension(text, ".js"));
    writeFileSync(file.replace(/ts$/, "cts"), withExtension(text, ".cjs"));
  }
}

/** By file the top-level names that some entry needs. */
function reach(entries) {
  const kept = new Map();
  const pending = entries.map((file) => [file, null]);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [file, name] = next;
    if (!kept.has(file)) kept.set(file, { module: readModule(file), names: new Set() });
    const { module, names } = kept.get(file);
    // `null`: everything that it exports.
    const wanted = name === null ? module.exported : [module.localOf.get(name) ?? name];
    for (const local of wanted.filter((one) => !names.has(one))) {
      names.add(local);
      const { from, needs } = module.declared.get(local) ?? fail(`${file} declares no ${local}`);
      if (from !== null) pending.push([from.file, from.name]);
      for (const need of needs) pending.push(need);
    }
  }
  return kept;
}

function readModule(file) {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const module = { source, declared: new Map(), exported: [], localOf: new Map() };
  for (const statement of source.statements) readStatement(statement, module);
  for (const [name, { statements }] of module.declared)
    module.declared.get(name).needs = statements.flatMap((statement) => needsOf(statement, { file, module, name }));
  return module;
}

function readStatement(statement, module) {
  const { source, declared, exported, localOf } = module;
  const target =
    statement.moduleSpecifier === undefined ? null : fileOf(source.fileName, statement.moduleSpecifier.text);
  const bind = (name, from) => {
    const known = declared.get(name) ?? { from, statements: [], needs: [] };
    if (from === null) known.statements.push(statement);
    declared.set(name, known);
  };
  if (ts.isImportDeclaration(statement)) {
    const { name, namedBindings } = statement.importClause ?? fail(`an import for its effect in ${source.fileName}`);
    if (name !== undefined || ts.isNamespaceImport(namedBindings))
      fail(`an import that is not by name: ${source.fileName}`);
    for (const one of namedBindings.elements)
      bind(one.name.text, target && { file: target, name: (one.propertyName ?? one.name).text });
    return;
  }
  if (ts.isExportDeclaration(statement)) {
    if (statement.exportClause === undefined) fail(`an export of all in ${source.fileName}`);
    for (const one of statement.exportClause.elements) {
      const local = (one.propertyName ?? one.name).text;
      if (target !== null) bind(one.name.text, { file: target, name: local });
      else if (statement.moduleSpecifier !== undefined) bind(one.name.text, null);
      else localOf.set(one.name.text, local);
      exported.push(statement.moduleSpecifier === undefined ? local : one.name.text);
    }
    return;
  }
  if (ts.isExportAssignment(statement)) {
    bind("default", null);
    exported.push("default");
    return;
  }
  const names = ts.isVariableStatement(statement)
    ? statement.declarationList.declarations.map(({ name }) => name.text)
    : [statement.name?.text ?? fail(`a statement without a name in ${source.fileName}`)];
  const modifiers = (statement.modifiers ?? []).map(({ kind }) => kind);
  for (const name of names) {
    bind(name, null);
    if (modifiers.includes(ts.SyntaxKind.DefaultKeyword)) localOf.set("default", name);
    if (modifiers.includes(ts.SyntaxKind.ExportKeyword)) exported.push(name);
  }
}

/** Names of the module that the statement mentions, and what it imports by `import("…")`. */
function needsOf(statement, { file, module, name }) {
  const needs = [];
  const visit = (node) => {
    if (ts.isIdentifier(node) && node.text !== name && module.declared.has(node.text)) needs.push([file, node.text]);
    if (ts.isImportTypeNode(node)) {
      const target = fileOf(file, node.argument.literal.text);
      if (target !== null) needs.push([target, node.qualifier?.getText().split(".")[0] ?? null]);
    }
    ts.forEachChild(node, visit);
  };
  visit(statement);
  return needs;
}

/** `null` for a package. */
function fileOf(from, specifier) {
  if (!specifier.startsWith(".")) return null;
  const file = path.join(path.dirname(from), specifier.replace(/\.ts$/, ".d.ts"));
  return existsSync(file) ? file : fail(`${from} imports ${specifier}, which is not declared`);
}

function textOf({ source, declared, localOf }, names) {
  const parts = source.statements.map((statement) => {
    if (ts.isImportDeclaration(statement)) {
      const used = statement.importClause.namedBindings.elements.filter((one) => names.has(one.name.text));
      const keyword = statement.importClause.isTypeOnly ? "import type" : "import";
      return listed(keyword, { used, specifier: statement.moduleSpecifier });
    }
    if (ts.isExportDeclaration(statement)) {
      const { elements } = statement.exportClause;
      const used = elements.filter((one) => names.has(localOf.get(one.name.text) ?? one.name.text));
      const keyword = statement.isTypeOnly ? "export type" : "export";
      return elements.length === 0 ? "export {};" : listed(keyword, { used, specifier: statement.moduleSpecifier });
    }
    const isKept = [...declared].some(([name, one]) => names.has(name) && one.statements.includes(statement));
    return isKept ? statement.getFullText().trim() : "";
  });
  return `${parts.filter((part) => part !== "").join("\n")}\n`;
}

function listed(keyword, { used, specifier }) {
  if (used.length === 0) return "";
  const from = specifier === undefined ? "" : ` from ${specifier.getText()}`;
  return `${keyword} { ${used.map((one) => one.getText()).join(", ")} }${from};`;
}

function withExtension(text, extension) {
  return text.replaceAll(/((?:from |import\()"\.[^"]*)\.ts"/g, `$1${extension}"`);
}

function fail(what) {
  throw new Error(`Cannot make the public declarations because of ${what}`);
}
