import { type AnyNode, parseExpressionAt } from "acorn";
import type { AnyFunction } from "../base/metadata.ts";
import { MillraceError } from "../base/millrace-error.ts";
import { childrenOf, type FunctionNode, namesIn, nodesIn } from "./nodes-in.ts";

/** A function's source as gpu.js takes it. */
export interface KernelSource {
  /** `function name(a, b) { … }`, without what compilers put in. */
  readonly text: string;
  readonly parameters: readonly string[];
  /** What `String(fn)` gives: places in errors are offsets into it. */
  readonly raw: string;
  /** The function within `raw`; offsets are {@link shift} too far. */
  readonly node: FunctionNode;
  readonly shift: number;
}

/**
 * Reads a function's source and takes out what compilers put in or ask for: helpers that keep names, directives, `??`. Methods and
 * arrow functions become plain ones.
 *
 * @param name - for a function that its source does not name
 * @throws MillraceError if it has no source, or is async or a generator
 */
export function kernelSource(fn: AnyFunction, name = fn.name): KernelSource {
  const raw = Function.prototype.toString.call(fn);
  const parsed = parseFunction(raw);
  if (parsed === null) throw noSource(name);
  const { node, shift } = parsed;
  if (node.async || node.generator) throw wrongKind(name, node.async ? "async" : "a generator");
  const cut = (from: number, to: number) => edited(raw, { node, shift, from, to });
  const parameters = node.params.flatMap(namesIn);
  const list = node.params.map((parameter) => cut(parameter.start, parameter.end)).join(", ");
  const body = cut(node.body.start, node.body.end);
  const own = node.type === "FunctionExpression" && node.id != null ? node.id.name : name;
  const head = `function ${/^[A-Za-z_$][\w$]*$/.test(own) ? own : ""}(${list}) `;
  const text = head + (node.body.type === "BlockStatement" ? body : `{ return ${body}; }`);
  return { text, parameters, raw, node, shift };
}

/** A function expression, or else a method of an object or a class. */
function parseFunction(raw: string): { node: FunctionNode; shift: number } | null {
  const options = { ecmaVersion: "latest" } as const;
  for (const [before, after] of [
    ["(", ")"],
    ["({", "})"],
    ["(class{", "})"],
  ] as const) {
    try {
      const found = firstFunction(parseExpressionAt(before + raw + after, 0, options));
      if (found !== null) return { node: found, shift: before.length };
    } catch {
      continue;
    }
  }
  return null;
}

function firstFunction(node: AnyNode): FunctionNode | null {
  if (node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression") return node;
  for (const child of childrenOf(node)) {
    const found = firstFunction(child);
    if (found !== null) return found;
  }
  return null;
}

/** A part of the source without compilers' additions; offsets are those of the tree. */
function edited(raw: string, part: { node: FunctionNode; shift: number; from: number; to: number }): string {
  const { node, shift, from, to } = part;
  let text = "";
  let at = from;
  for (const [start, end] of additions(node)) {
    if (start < at || end > to) continue;
    text += raw.slice(at - shift, start - shift);
    at = end;
  }
  return text + raw.slice(at - shift, to - shift);
}

/** Ranges to leave out, in order: `__name(` and `, "f")` around a function, calls of it as statements or parts of one, directives, `?? 0`. */
function additions(root: AnyNode): [start: number, end: number][] {
  const ranges: [number, number][] = [];
  for (const node of nodesIn(root)) {
    if (node.type === "ExpressionStatement") {
      if (node.directive !== undefined || namesOnly(node.expression)) ranges.push([node.start, node.end]);
    } else if (node.type === "LogicalExpression" && node.operator === "??") {
      // Strict compilers want `v[i] ?? 0`; in a kernel every element is a number.
      ranges.push([node.left.end, node.end]);
    } else if (node.type === "SequenceExpression") {
      for (const [index, one] of node.expressions.entries()) {
        const next = node.expressions[index + 1];
        if (namesOnly(one) && next !== undefined) ranges.push([one.start, next.start]);
      }
    } else if (isNameHelper(node) && !namesOnly(node)) {
      const wrapped = firstArgument(node);
      if (wrapped !== undefined) ranges.push([node.start, wrapped.start], [wrapped.end, node.end]);
    }
  }
  return ranges.sort(([a], [b]) => a - b);
}

/**
 * `__name(f, "f")`, by which esbuild and tsx keep the names of functions. A minifier renames it, but kernels have no
 * texts of their own: whatever is called with one is this.
 */
export function isNameHelper(node: AnyNode): boolean {
  if (node.type !== "CallExpression" || node.callee.type !== "Identifier" || node.arguments.length !== 2) return false;
  const [, name] = node.arguments;
  return name?.type === "Literal" && typeof name.value === "string";
}

/** Only names a function that was declared before. */
function namesOnly(node: AnyNode): boolean {
  return isNameHelper(node) && firstArgument(node)?.type === "Identifier";
}

function firstArgument(node: AnyNode): AnyNode | undefined {
  return node.type === "CallExpression" ? node.arguments[0] : undefined;
}

function noSource(name: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_KERNEL",
    headline: `Cannot make a kernel of ${name === "" ? "a function" : name} because its source cannot be read: it is built in, bound or a class`,
    hint: "give the function itself: kernel(function (a: number[]) { return a[this.thread.x]!; }, …)",
  });
}

function wrongKind(name: string, kind: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_KERNEL",
    headline: `Cannot make a kernel of ${name === "" ? "a function" : name} because a kernel runs once per cell and returns its value: it is ${kind}`,
    hint: "write a plain function",
  });
}
