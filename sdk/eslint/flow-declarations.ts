import type { AnyNode, Class, Expression, Program } from "acorn";
import { isMillraceError } from "../base/millrace-error.ts";
import { definitionOf } from "../decorators/definition-of.ts";
import { literalValue } from "./literal-value.ts";

/** A class of a compiled module that is a flow, or a base class of some. */
export interface FlowDeclaration {
  readonly name: string;
  /** `FlowSpec`, or an earlier class of the module. */
  readonly base: string;
  readonly node: Class;
  readonly decorated: readonly DecoratedMember[];
  /** True where a decorator that is not Millrace's stands before the class. */
  readonly hasForeign: boolean;
  /** Given to `main()`, or whole: it has a first step, and no other class builds on it. */
  readonly isChecked: boolean;
}

export interface DecoratedMember {
  readonly member: string;
  /** True where one of its decorators is not Millrace's: what that does is not known. */
  readonly hasForeign: boolean;
  /** In the order of the source; `options` is null where they are not plain values. */
  readonly decorators: readonly { readonly decorator: string; readonly options: object | null }[];
}

const DECLARING = ["step", "parameter", "includeFile", "config"];

/** The classes of a module that extend `FlowSpec`, directly or through each other; of a base from elsewhere nothing is known. */
export function flowDeclarations(program: Program): readonly FlowDeclaration[] {
  const names = importedNames(program);
  const statements: readonly AnyNode[] = program.body.map((statement) =>
    (statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration") &&
    statement.declaration
      ? (statement.declaration as AnyNode)
      : statement,
  );
  const classes = statements.flatMap(classIn);
  const known = new Map<string, string>();
  for (const { name, node } of classes) {
    const base = node.superClass?.type === "Identifier" ? node.superClass.name : null;
    if (base === null) continue;
    if (names.get(base) === "FlowSpec") known.set(name, "FlowSpec");
    else if (known.has(base)) known.set(name, base);
  }
  const calls = statements.flatMap(callIn);
  const mains = calls.flatMap(({ callee, args }) =>
    names.get(callee) === "main" && args[0]?.type === "Identifier" ? [args[0].name] : [],
  );
  const bases = new Set(known.values());
  const started = new Set<string>();
  return classes.flatMap(({ name, node }) => {
    const base = known.get(name);
    if (base === undefined) return [];
    const decorated = calls.flatMap((call) => decoratedMember(call, { name, names }));
    if (decorated.some(isFirstStep) || started.has(base)) started.add(name);
    const isWhole = !bases.has(name) && started.has(name);
    const hasForeign = calls.some((call) => decoratorsOf(call, name)?.some((one) => isForeign(one, names)));
    return [{ name, base, node, decorated, hasForeign, isChecked: mains.includes(name) || isWhole }];
  });
}

function isFirstStep({ member, decorators }: DecoratedMember): boolean {
  const marks = decorators.filter(({ decorator }) => decorator === "step");
  return marks.some(({ options }) => member === "start" || (options as { start?: boolean } | null)?.start === true);
}

/** What the module takes of Millrace, by the name that it has here. */
function importedNames(program: Program): ReadonlyMap<string, string> {
  return new Map(
    program.body.flatMap((statement) => {
      if (statement.type !== "ImportDeclaration" || statement.source.value !== "millrace") return [];
      return statement.specifiers.flatMap(({ local, ...specifier }): [string, string][] =>
        "imported" in specifier && specifier.imported.type === "Identifier"
          ? [[local.name, specifier.imported.name]]
          : [],
      );
    }),
  );
}

function classIn(statement: AnyNode): { name: string; node: Class }[] {
  if (statement.type === "ClassDeclaration")
    return statement.id === null ? [] : [{ name: statement.id.name, node: statement }];
  if (statement.type !== "VariableDeclaration") return [];
  return statement.declarations.flatMap(({ id, init }) =>
    id.type === "Identifier" && init?.type === "ClassExpression" ? [{ name: id.name, node: init }] : [],
  );
}

interface PlainCall {
  readonly callee: string;
  readonly args: readonly AnyNode[];
}

/** `f(…);`, and `x = f(…);` */
function callIn(statement: AnyNode): PlainCall[] {
  if (statement.type !== "ExpressionStatement") return [];
  const { expression } = statement;
  const call = expression.type === "AssignmentExpression" ? expression.right : expression;
  if (call.type !== "CallExpression" || call.callee.type !== "Identifier") return [];
  return [{ callee: call.callee.name, args: call.arguments }];
}

/** esbuild's `Flow = __decorateClass([…], Flow)`. */
function decoratorsOf({ callee, args: [list, target] }: PlainCall, name: string): readonly Expression[] | null {
  const isOfClass = callee.startsWith("__decorateClass") && target?.type === "Identifier" && target.name === name;
  return isOfClass && list?.type === "ArrayExpression" ? (list.elements as Expression[]) : null;
}

/** esbuild's `__decorateClass([…], Flow.prototype, "member", kind)`. */
function decoratedMember(
  { callee, args: [list, target, key] }: PlainCall,
  { name, names }: { name: string; names: ReadonlyMap<string, string> },
): DecoratedMember[] {
  if (!callee.startsWith("__decorateClass") || list?.type !== "ArrayExpression" || key?.type !== "Literal") return [];
  if (target?.type !== "MemberExpression" || target.object.type !== "Identifier" || target.object.name !== name)
    return [];
  const given = list.elements as Expression[];
  return [
    {
      member: String(key.value),
      decorators: given.flatMap((one) => decoratorOf(one, names)),
      hasForeign: given.some((one) => isForeign(one, names)),
    },
  ];
}

/** True for what another module gives, for what this one made, and for what `decorator(…)` makes on the spot. */
function isForeign(node: Expression, names: ReadonlyMap<string, string>): boolean {
  const name = importedName(node, names);
  return name === undefined || name === "decorator";
}

/** What a decorator is called in Millrace; undefined where it is not from there. */
function importedName(node: Expression, names: ReadonlyMap<string, string>): string | undefined {
  const callee = node.type === "CallExpression" ? node.callee : node;
  return callee.type === "Identifier" ? names.get(callee.name) : undefined;
}

function decoratorOf(
  node: Expression,
  names: ReadonlyMap<string, string>,
): { decorator: string; options: object | null }[] {
  const decorator = importedName(node, names);
  if (decorator === undefined || !isKnown(decorator)) return [];
  const [given] = node.type === "CallExpression" ? node.arguments : [];
  if (given === undefined) return [{ decorator, options: {} }];
  const value = literalValue(given);
  return [{ decorator, options: typeof value === "object" && value !== null ? value : null }];
}

function isKnown(decorator: string): boolean {
  if (DECLARING.includes(decorator)) return true;
  try {
    definitionOf(decorator);
    return true;
  } catch (error) {
    if (isMillraceError(error)) return false;
    throw error;
  }
}
