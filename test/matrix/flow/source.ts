import { roleOf, type Shape, type ShapeStep, type Way } from "../shapes/shape.ts";
import type { Addition } from "./addition.ts";

export interface FlowSourceOptions {
  readonly className: string;
  readonly additions: readonly Addition[];
}

/** The TypeScript of a flow of that shape; both decorator dialects compile it. */
export function flowSource(shape: Shape, { className, additions }: FlowSourceOptions): string {
  const imports = new Set(["FlowSpec", "main", "step", ...additions.flatMap((one) => one.imports ?? [])]);
  const received = new Set(shape.steps.flatMap(({ way }) => (way.kind === "foreach" ? [way.to] : [])));
  const methods = shape.steps.map((step) => {
    const parts = additions.map((one) => one.step?.({ shape, step, role: roleOf(step) }) ?? {});
    const argument = step.isJoin ? `inputs: Inputs<${className}>` : received.has(step.name) ? "item: string" : "";
    return [
      ...parts.flatMap(({ decorators = [] }) => decorators),
      `@step async ${step.name}(${argument}) {`,
      ...parts.flatMap(({ lines = [] }) => lines).map((line) => `  ${line}`),
      ...counterLines(step).map((line) => `  ${line}`),
      ...parts.flatMap(({ late = [] }) => late).map((line) => `  ${line}`),
      ...nextLines(step.way).map((line) => `  ${line}`),
      "}",
      "",
    ];
  });
  return [
    `import { ${[...imports].sort().join(", ")}, type Inputs } from "millrace";`,
    ...new Set(additions.flatMap((one) => one.head ?? [])),
    "",
    `class ${className} extends FlowSpec {`,
    ...["items: string[] = [];", 'choice = "";', "counts: Record<string, number> = {};"].map((line) => `  ${line}`),
    ...new Set(additions.flatMap((one) => one.fields ?? []).map((line) => `  ${line}`)),
    "",
    ...methods.flat().map((line) => (line === "" ? "" : `  ${line}`)),
    "}",
    "",
    `main(${className});`,
    "",
  ].join("\n");
}

const INDEX = "(this.index ?? 0)";

/** What loops and splits need to know where they go. */
function counterLines({ name, isJoin, way }: ShapeStep): string[] {
  const kept = isJoin ? ["this.counts = Object.assign({}, ...inputs.map((input) => input.counts));"] : [];
  if (way.kind === "foreach") {
    const stack = 'this.foreachStack().map((frame) => frame.index).join("")';
    const sizes = JSON.stringify(way.sizes);
    return [
      ...kept,
      `this.items = Array.from({ length: ${sizes}[${INDEX} % ${way.sizes.length}] ?? 0 }, (_, at) => ${stack} + at);`,
    ];
  }
  if (way.kind === "switch") {
    const pick = way.pick === "index" ? `${INDEX} % ${way.cases.length}` : `${way.pick}`;
    return [...kept, `this.choice = ${JSON.stringify(way.cases)}[${pick}] ?? "";`];
  }
  if (way.kind === "loop") {
    return [
      ...kept,
      `this.counts = { ...this.counts, ${name}: ((this.counts["${name}"] ?? 0) + 1) % ${way.rounds} };`,
      `this.choice = this.counts["${name}"] === 0 ? "leave" : "again";`,
    ];
  }
  return kept;
}

function nextLines(way: Way): string[] {
  switch (way.kind) {
    case "end":
      return [];
    case "linear":
      return [`this.next(this.${way.to});`];
    case "branch":
      return [`this.next(${way.to.map((target) => `this.${target}`).join(", ")});`];
    case "foreach":
      return [`this.next(this.${way.to}, { foreach: "items" });`];
    case "gang":
      return [`this.next(this.${way.to}, { numParallel: ${way.size} });`];
    case "switch":
      return [`this.next({ ${way.cases.map((one) => `${one}: this.${one}`).join(", ")} }, { condition: "choice" });`];
    case "loop":
      return [`this.next({ again: this.${way.again}, leave: this.${way.leave} }, { condition: "choice" });`];
  }
}
