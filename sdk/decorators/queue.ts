import type { AnyClass } from "../base/metadata.ts";
import type { Refused } from "../base/refused.ts";
import type { QueuePlace } from "../base/triggers.ts";
import { annotateClass, type ClassDecorator, classOptionsOf } from "./class-decorator.ts";
import { readOptions, type TableOf, wrongOption } from "./decorator-definition.ts";
import { idOption, numberOption } from "./reader.ts";

/** Options of {@link queue}. */
export interface QueueOptions {
  /** Letters, digits, `-` and `_`; `queues` in `millrace.config.json` says how many of its runs go on at once. */
  readonly name: string;
  /**
   * Higher ones first, then the oldest.
   * @defaultValue 0
   */
  readonly priority?: number;
}

/** @hidden The mistake of leaving out the parentheses; first, as a class has a static name and would pass for options. */
export function queue(
  flow: AnyClass,
  context: ClassDecoratorContext,
): Refused<"@queue needs parentheses: write @queue({ name: … })">;
/**
 * Says in which queue runs of the deployed flow wait, and which go first. It means nothing to a run started by hand.
 *
 * @example
 * ```ts
 * @queue({ name: "nightly", priority: 5 })
 * class ScoreFlow extends FlowSpec {
 *   @step({ start: true, end: true }) start() {}
 * }
 * ```
 */
export function queue(options: QueueOptions): ClassDecorator;
export function queue(options: unknown): unknown {
  return annotateClass("queue", typeof options === "function" ? options : placeOf(options));
}

const LOWEST = -1_000_000;

const OPTIONS = {
  name: idOption(),
  priority: numberOption({ min: LOWEST, isWhole: true }),
} satisfies TableOf<QueueOptions>;

function placeOf(given: unknown): QueuePlace {
  const { name, priority = 0 } = readOptions({ name: "queue", options: OPTIONS }, given);
  if (name !== undefined) return { name, priority };
  throw wrongOption("queue", "it names no queue", 'write @queue({ name: "nightly", priority: 5 })');
}

/** Null where the flow names no queue. */
export function queueOf(flow: AnyClass): QueuePlace | null {
  return classOptionsOf<QueuePlace>(flow, "queue");
}
