import { existsSync } from "node:fs";
import path from "node:path";
import type { AnyNode, Program } from "acorn";
import { childrenOf, literalString } from "../../graph/read/children-of.ts";
import { folderPart, type ModuleReading, type StaticValue, staticValue } from "./static-value.ts";

/**
 * The files and folders that a module names relative to its own place, as far as they can be read off its source: calls
 * of `join`, `resolve` and `new URL`, templates and sums with constant parts, and texts that are a path beside it. Where
 * only the beginning of a path is constant, the folder is named.
 */
export function staticPaths(program: Program, file: string): string[] {
  const folder = path.dirname(file);
  const reading: ModuleReading = { file, folder, constants: constantsOf(program) };
  const named = new Set<string>();

  function note(place: string): void {
    // That of the module itself is named by all that it names in it.
    const isAround = folder === place || folder.startsWith(place.endsWith(path.sep) ? place : place + path.sep);
    if (place !== file && !isAround && existsSync(place)) named.add(place);
  }

  function visit(node: AnyNode): void {
    if (isImport(node)) return;
    const value = staticValue(node, reading);
    if (value?.isPlace === true) return note(knownPart(value));
    const text = literalString(node);
    if (text !== null && /^[^\0\n]{1,1000}$/.test(text) && !path.isAbsolute(text)) note(path.resolve(folder, text));
    for (const child of childrenOf(node)) if (!isModuleRequest(node, child)) visit(child);
  }

  visit(program);
  return [...named].sort();
}

/** Of a place whose end is not known, the folder that is. */
function knownPart({ text, isWhole }: StaticValue): string {
  return path.resolve(isWhole || existsSync(text) ? text : folderPart(text));
}

function constantsOf(program: Program): Map<string, AnyNode> {
  const constants = new Map<string, AnyNode>();
  const visit = (node: AnyNode): void => {
    if (node.type === "VariableDeclarator" && node.id.type === "Identifier" && node.init != null)
      constants.set(node.id.name, node.init);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(program);
  return constants;
}

function isImport(node: AnyNode): boolean {
  return node.type === "ImportDeclaration" || node.type === "ExportAllDeclaration" || node.type === "ImportExpression";
}

/** Modules are in the code package already. */
function isModuleRequest(node: AnyNode, child: AnyNode): boolean {
  if (node.type === "ExportNamedDeclaration") return child === node.source;
  if (node.type !== "CallExpression") return false;
  return node.callee.type === "Identifier" && node.callee.name === "require" && child === node.arguments[0];
}
