import type { AnyClass } from "../base/metadata.ts";
import type { Refused } from "../base/refused.ts";
import type { FinishRule } from "../base/triggers.ts";
import { allClassOptionsOf, annotateClass, type ClassDecorator } from "./class-decorator.ts";
import { readOptions, type TableOf, wrongOption } from "./decorator-definition.ts";
import { textOption } from "./reader.ts";

/** Options of {@link triggerOnFinish}. */
export interface TriggerOnFinishOptions {
  /** The name of the other flow's class. */
  readonly flow: string;
}

/** @hidden The mistake of leaving out the parentheses; first, as a class has a static name and would pass for options. */
export function triggerOnFinish(
  flow: AnyClass,
  context: ClassDecoratorContext,
): Refused<"@triggerOnFinish needs parentheses: write @triggerOnFinish({ flow: … })">;
/**
 * Starts a run of the deployed flow when a deployed run of another flow has succeeded, of the same branch of the project.
 * Runs started by hand do not count. It may stand several times: each of the flows starts a run.
 *
 * @example
 * ```ts
 * @triggerOnFinish({ flow: "EtlFlow" })
 * class TrainFlow extends FlowSpec {
 *   @step({ start: true, end: true }) start() {}
 * }
 * ```
 */
export function triggerOnFinish(options: TriggerOnFinishOptions): ClassDecorator;
export function triggerOnFinish(options: unknown): unknown {
  return annotateClass("triggerOnFinish", typeof options === "function" ? options : ruleOf(options));
}

const OPTIONS = { flow: textOption("the name of a flow") } satisfies TableOf<TriggerOnFinishOptions>;

function ruleOf(given: unknown): FinishRule {
  const { flow } = readOptions({ name: "triggerOnFinish", options: OPTIONS }, given);
  if (flow !== undefined && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(flow)) return { flow };
  throw wrongOption(
    "triggerOnFinish",
    flow === undefined ? "it names no flow" : `flow must be the name of a class: ${JSON.stringify(flow)}`,
    'write @triggerOnFinish({ flow: "EtlFlow" })',
  );
}

export function finishRulesOf(flow: AnyClass): readonly FinishRule[] {
  return allClassOptionsOf<FinishRule>(flow, "triggerOnFinish");
}
