import { isEventName } from "../base/is-event-name.ts";
import type { AnyClass } from "../base/metadata.ts";
import type { Refused } from "../base/refused.ts";
import type { EventRule } from "../base/triggers.ts";
import { allClassOptionsOf, annotateClass, type ClassDecorator } from "./class-decorator.ts";
import { readOptions, type TableOf, wrongOption } from "./decorator-definition.ts";
import { choiceOption, listOption, textOption, textsOption } from "./reader.ts";

/** Options of {@link trigger}: `event` or `events`. */
export interface TriggerOptions {
  /** The name of an event. */
  readonly event?: string;
  /** Names of several: a run starts once there is one of each. */
  readonly events?: readonly string[];
  /** The parameter of the flow that a field of the event's data gives: `{ day: "date" }` reads `date` from `day`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /**
   * A run for each event, or one for all that came while the run before went on.
   * @defaultValue `"each"`
   */
  readonly policy?: "each" | "batch";
}

/** @hidden The mistake of leaving out the parentheses; first, as a class has a static name and would pass for options. */
export function trigger(
  flow: AnyClass,
  context: ClassDecoratorContext,
): Refused<"@trigger needs parentheses: write @trigger({ event: … })">;
/**
 * Starts a run of the deployed flow when an event is published. It may stand several times, and means nothing to a run
 * started by hand.
 *
 * @example
 * ```ts
 * @trigger({ event: "rates-arrived", parameters: { day: "date" } })
 * class PriceFlow extends FlowSpec {
 *   @parameter() date = "";
 *   @step({ start: true, end: true }) start() {
 *     console.log(this.date);
 *   }
 * }
 * ```
 */
export function trigger(options: TriggerOptions): ClassDecorator;
export function trigger(options: unknown): unknown {
  return annotateClass("trigger", typeof options === "function" ? options : ruleOf(options));
}

const OPTIONS = {
  event: textOption("the name of an event"),
  events: listOption(),
  parameters: textsOption(),
  policy: choiceOption(["each", "batch"]),
} satisfies TableOf<TriggerOptions>;

function ruleOf(given: unknown): EventRule {
  const {
    event,
    events: several,
    parameters = {},
    policy = "each",
  } = readOptions({ name: "trigger", options: OPTIONS }, given);
  const events = several ?? (event === undefined ? [] : [event]);
  if ((event !== undefined && several !== undefined) || events.length === 0)
    throw wrongOption(
      "trigger",
      events.length === 0 ? "it names no event" : "it has both event and events",
      'write @trigger({ event: "rates-arrived" }), or events: ["rates-arrived", "orders-arrived"] to wait for all',
    );
  const wrong = events.find((name) => !isEventName(name));
  if (wrong !== undefined)
    throw wrongOption(
      "trigger",
      `an event's name is 1 to 200 letters, digits, _ - . and : that begin with a letter or digit: ${JSON.stringify(wrong)}`,
      'write a name such as "rates-arrived"',
    );
  const twice = events.find((name, at) => events.indexOf(name) !== at);
  if (twice !== undefined) throw wrongOption("trigger", `it names ${twice} twice`, "name each event once");
  return { events, parameters, policy };
}

export function eventRulesOf(flow: AnyClass): readonly EventRule[] {
  return allClassOptionsOf<EventRule>(flow, "trigger");
}
