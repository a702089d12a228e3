import { createRequire } from "node:module";
import vm from "node:vm";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { type AnyNode, getLineInfo, parse, type Program } from "acorn";
import type { Finding } from "../../runtime/graph/finding.ts";
import { placeIn } from "../../runtime/graph/locate/place-in.ts";
import { placeQuery } from "../../runtime/graph/locate/place-query.ts";
import { moduleText } from "../../runtime/graph/read/module-text.ts";
import { stepMethods } from "../../runtime/graph/step-methods.ts";
import {
  type AnyClass,
  type AnyFunction,
  addDecoratorUse,
  addField,
  addUseForEveryStep,
  markStep,
} from "../base/metadata.ts";
import { FlowSpec } from "../flow-spec.ts";
import { type FlowDeclaration, flowDeclarations } from "./flow-declarations.ts";
import type { LintProblem } from "./lint-rule.ts";

/** A flow of a source file: its class has the methods and fields of the original, and no other code. */
export interface CompiledFlow {
  readonly Flow: AnyClass;
  /** False where the text does not tell the names of all fields: nothing can be said of the data. */
  readonly isDataKnown: boolean;
  placeOf(finding: Finding): LintProblem["loc"];
}

/** The flows that the text of a file defines; none where it cannot be compiled, which others say. */
export function compiledFlows(text: string, filename: string): readonly CompiledFlow[] {
  const compiled = compile(text, filename);
  if (compiled === null) return [];
  const { code, program, map } = compiled;
  const classes = new Map<string, AnyClass>();
  const flows: CompiledFlow[] = [];
  const unknown = new Set<AnyClass>();
  const lines = text.split("\n");
  // The compiled text no longer says it. Such a class is whole only with what its subclasses add, elsewhere perhaps.
  const abstract = new Set(Array.from(text.matchAll(/\babstract\s+class\s+([\w$]+)/g), ([, name = ""]) => name));
  for (const declaration of flowDeclarations(program)) {
    const Base = declaration.base === "FlowSpec" ? FlowSpec : classes.get(declaration.base);
    if (Base === undefined) continue;
    const Flow = skeleton(declaration, { code, Base });
    if (Flow === null) continue;
    classes.set(declaration.name, Flow);
    if (unknown.has(Base) || hidesFields(declaration)) unknown.add(Flow);
    if (declaration.isChecked && !abstract.has(declaration.name))
      flows.push({ Flow, isDataKnown: !unknown.has(Flow), placeOf: (finding) => placeOf(finding, Flow) });
  }
  return flows;

  function placeOf(found: Finding, Flow: AnyClass): LintProblem["loc"] {
    const offset = placeIn(program, placeQuery(found, { Flow, steps: stepMethods(Flow) })) ?? 0;
    const at = originalPositionFor(map, getLineInfo(code, offset));
    const { line, column } = at.line === null ? { line: 1, column: 0 } : at;
    const word = /^[\w$.]*/.exec(lines[line - 1]?.slice(column) ?? "")?.[0] ?? "";
    return { start: { line, column }, end: { line, column: column + word.length } };
  }
}

/** True where a field has a computed name, or the one that receives an error, or may come from a decorator of others. */
function hidesFields({ node, decorated }: FlowDeclaration): boolean {
  const members = node.body.body as AnyNode[];
  return (
    members.some((member) => member.type === "PropertyDefinition" && member.computed && !member.static) ||
    decorated.some(
      ({ decorators, hasForeign }) =>
        decorators.some(({ decorator, options }) => decorator === "catchError" && options === null) ||
        (hasForeign && !decorators.some(({ decorator }) => decorator === "step")),
    )
  );
}

interface CompiledSource {
  readonly code: string;
  readonly program: Program;
  readonly map: TraceMap;
}

/** Legacy decorators leave a class as it is and stand behind it as calls, whatever the dialect of the project. */
const DIALECT = { experimentalDecorators: true, useDefineForClassFields: true };

function compile(text: string, filename: string): CompiledSource | null {
  const { transformSync } = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  try {
    const { code, map } = transformSync(moduleText(text), {
      loader: /x$/.test(filename) ? "tsx" : "ts",
      target: "esnext",
      sourcemap: "external",
      logLevel: "silent",
      tsconfigRaw: { compilerOptions: DIALECT },
    });
    const program = parse(code, { ecmaVersion: "latest", sourceType: "module", allowAwaitOutsideFunction: true });
    return { code, program, map: new TraceMap(map) };
  } catch {
    return null;
  }
}

/** Stands for every decorator that is not Millrace's: it may set any field. */
const FOREIGN = {
  decorator: "foreign",
  options: {},
  own: { name: "foreign", options: null, settings: null, before: (task: unknown) => task, around: null, after: null },
} as const;

/** No class of a user's is called so. */
const BASE = "__millraceBase";

/** Null for a class that is none without what was left out, as it uses private static members. */
function defined(source: string, Base: AnyClass): AnyClass | null {
  try {
    return (vm.runInThisContext(source) as (Base: AnyClass) => AnyClass)(Base);
  } catch {
    return null;
  }
}

/**
 * The class without what would be executed when it is defined: static members, computed names, decorators. Initializers
 * of its fields and bodies of its methods are never called.
 */
function skeleton(
  { name, node, decorated, hasForeign }: FlowDeclaration,
  { code, Base }: { code: string; Base: AnyClass },
): AnyClass | null {
  const members = (node.body.body as AnyNode[]).filter(
    (member) =>
      (member.type === "MethodDefinition" || member.type === "PropertyDefinition") &&
      !member.static &&
      !member.computed,
  );
  const body = members.map(({ start, end }) => code.slice(start, end)).join("\n");
  const Flow = defined(`(${BASE}) => class ${name} extends ${BASE} {\n${body}\n}`, Base);
  if (Flow === null) return null;
  const prototype = Flow.prototype as Readonly<Record<string, AnyFunction | undefined>>;
  if (hasForeign) addUseForEveryStep(Flow, FOREIGN);
  for (const { member, decorators, ...others } of decorated) {
    const method = Object.hasOwn(prototype, member) ? prototype[member] : undefined;
    for (const { decorator, options } of [...decorators].reverse()) {
      if (decorator === "parameter" || decorator === "includeFile" || decorator === "config")
        addField(Flow.prototype as object, { kind: decorator, name: member, options: options ?? {} });
      if (typeof method !== "function") continue;
      const { start = false, end = false } = (options ?? {}) as { start?: boolean; end?: boolean };
      if (decorator === "step") markStep(method, { start, end, file: null });
      else if (options !== null) addDecoratorUse(method, { decorator, options });
    }
    if (others.hasForeign && typeof method === "function") addDecoratorUse(method, FOREIGN);
  }
  return Flow;
}
