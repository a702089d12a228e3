import { runInThisContext } from "node:vm";
import { addField, markStep, stepMarkOf, type AnyClass } from "../../sdk/base/metadata.ts";
import { readFlow } from "../../runtime/graph/read-flow.ts";

export interface FlowFromOptions {
  /** Methods that stay ordinary ones. */
  readonly notSteps?: readonly string[];
  readonly start?: readonly string[];
  readonly end?: readonly string[];
  readonly parameters?: readonly string[];
  readonly base?: AnyClass;
}

/** A flow class from JavaScript text: what no TypeScript flow may say can be said here. */
export function flowFrom(body: string, options: FlowFromOptions = {}): AnyClass {
  const make = runInThisContext(`(Base) => class Sample extends Base {${body}\n}`) as (base: unknown) => AnyClass;
  const Flow = make(options.base ?? class {});
  const prototype = Flow.prototype as Record<string, unknown>;
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const method = prototype[name] as object;
    if (name === "constructor" || options.notSteps?.includes(name) || stepMarkOf(method)) continue;
    const mark = {
      start: options.start?.includes(name) ?? false,
      end: options.end?.includes(name) ?? false,
      file: null,
    };
    markStep(method, mark);
  }
  for (const name of options.parameters ?? []) addField(prototype, { kind: "parameter", name, options: {} });
  return Flow;
}

/** Rule, step, message and hint of every finding, as a reader sees them. */
export function lint(body: string, options: FlowFromOptions = {}): string[] {
  const { findings } = readFlow(flowFrom(body, options));
  return findings.map(({ rule, step, message, hint }) => `${rule} ${step ?? "-"}: ${message} | ${hint}`);
}

/** `start(){…} end(){}` around the steps given. */
export function between(first: string, body: string): string {
  return `start() { this.next(${first}) } ${body} end() {}`;
}
