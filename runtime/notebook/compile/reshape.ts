import { type ModuleDeclaration, type Program, parse, type Statement } from "acorn";
import { type Edit, declaredBy, edits } from "./edits.ts";
import { appendAll } from "../../../sdk/base/append-all.ts";

export interface ReshapedLine {
  readonly text: string;
  /** Line of the code that was given, from 1. */
  readonly line: number;
  /** Added to a column of this line, it gives the column in the code that was given. */
  readonly shift: number;
}

export interface Reshaped {
  readonly lines: readonly ReshapedLine[];
  /** What the cell declares. */
  readonly names: readonly string[];
  /** Those of them that may be read before they are set. */
  readonly vars: readonly string[];
  /** What it imports, by the names it gives it. */
  readonly bound: readonly string[];
}

export interface ReshapeOptions {
  /** What the user wrote: names that do not occur in it are esbuild's own, and stay inside the cell. */
  readonly source: string;
  /** The name under which a declared name lives in the session. */
  readonly ownName: (name: string) => string;
}

/**
 * Makes a function's body of a cell: what the cell declares becomes assignments to globals, so that later cells see it
 * and may declare it again; imports are awaited; the value of a last expression is returned.
 * @throws SyntaxError of acorn, with `loc`, for what esbuild lets pass: a `return`
 */
export function reshape(code: string, { source, ownName }: ReshapeOptions): Reshaped {
  const program = parse(code, { ecmaVersion: "latest", sourceType: "module", locations: true });
  const words = new Set(source.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu));
  const names: string[] = [];
  const vars: string[] = [];
  const bound: string[] = [];
  const functions: ReshapedLine[] = [];
  const others: ReshapedLine[] = [];

  function edit(node: Statement | ModuleDeclaration, isLast: boolean): Edit {
    const text = code.slice(node.start, node.end);
    if (node.type === "ImportDeclaration") {
      appendAll(
        bound,
        node.specifiers.map(({ local }) => local.name),
      );
      return edits.import(node, ownName);
    }
    const declared = declaredBy(node);
    if (declared.some((name) => words.has(name))) {
      appendAll(names, declared);
      if (node.type === "VariableDeclaration" && node.kind === "var") appendAll(vars, declared);
      return edits.declaration(node, text);
    }
    const isValue = isLast && node.type === "ExpressionStatement" && !isHelperCall(text, words);
    return isValue ? edits.value(text) : { text, shift: 0 };
  }

  const body = withoutExports(program);
  for (const [index, node] of body.entries()) {
    const lines = linesOf(node, edit(node, index === body.length - 1));
    // A function can be called above the line that declares it.
    appendAll(node.type === "FunctionDeclaration" ? functions : others, lines);
  }
  return { lines: [...functions, ...others], names: [...new Set(names)], vars, bound };
}

/** Code that was taken from a module still runs. */
function withoutExports(program: Program): (Statement | ModuleDeclaration)[] {
  return program.body.flatMap((node) => {
    if (node.type === "ExportAllDeclaration") return [];
    if (node.type === "ExportNamedDeclaration") return node.declaration == null ? [] : [node.declaration];
    if (node.type !== "ExportDefaultDeclaration") return [node];
    const { declaration } = node;
    const isNamed = "id" in declaration && declaration.id != null && declaration.type.endsWith("Declaration");
    return [isNamed ? (declaration as Statement) : ({ ...declaration, type: "ExpressionStatement" } as Statement)];
  });
}

/** What esbuild adds behind a decorated class is no value of the user's. */
function isHelperCall(text: string, words: ReadonlySet<string>): boolean {
  const [, name] = /^(?:[\w$]+ = )?(__\w+)\(/.exec(text) ?? [];
  return name !== undefined && !words.has(name);
}

function linesOf(node: Statement | ModuleDeclaration, { text, shift }: Edit): ReshapedLine[] {
  const { line, column } = node.loc?.start ?? { line: 1, column: 0 };
  return text
    .split("\n")
    .map((part, index) => ({ text: part, line: line + index, shift: index === 0 ? column + shift : 0 }));
}
