import type { CardSettings } from "../base/step-settings.ts";
import type { Refused } from "../base/refused.ts";
import { annotate } from "./annotate.ts";
import { define, type StepContribution } from "./decorator-definition.ts";
import { idOption, textOption } from "./reader.ts";
import type { DecoratorPlace, OptionsOrFactory, StepOrClassDecorator } from "./step-decorator.ts";

/** Options of {@link card}. */
export interface CardOptions {
  /**
   * Tells cards of one step apart: `current.card.get("training")`.
   * @defaultValue "default"
   */
  readonly id?: string;
  /** @defaultValue the id; of the default card the step's name */
  readonly title?: string;
  /** What fills it: a name that `registerCard` of `millrace/cards` was given. */
  readonly type?: string;
}

const DEFAULT_ID = "default";

/**
 * Gives each task of a step a card: a page of what it did. Without components the card shows the task itself: its
 * parameters, artifacts, output, metrics and place in the graph. A step may have several, each with an id.
 *
 * @example
 * ```ts
 * import { markdown } from "millrace/cards";
 *
 * class TrainFlow extends FlowSpec {
 *   @card()
 *   @card({ id: "training", title: "Training" })
 *   @step start() {
 *     current.card.get("training").append(markdown("# Training"));
 *     this.next(this.end);
 *   }
 *   @step end() {}
 * }
 * ```
 */
export function card(options?: OptionsOrFactory<CardOptions>): StepOrClassDecorator;
/** @hidden The mistake of leaving out the parentheses. */
export function card<Target>(
  target: Target,
  place: DecoratorPlace,
  descriptor?: unknown,
): Refused<"@card needs parentheses: write @card()">;
export function card(...args: readonly unknown[]): unknown {
  return annotate("card", args);
}

export const cardDefinition = define({
  name: "card",
  options: { id: idOption(), title: textOption(), type: textOption() },
  settings: ({ id = DEFAULT_ID, title = null, type = null }) => ({ cards: [{ id, title, type }] }),
  idOf: ({ id = DEFAULT_ID }) => id,
  lay: (over, under) => ({ cards: laidCards(over, under) }),
});

/** A card of the step goes before one of its class that has the same id. */
function laidCards(over: StepContribution, under: StepContribution): readonly CardSettings[] {
  const known = over.cards ?? [];
  return [...known, ...(under.cards ?? []).filter(({ id }) => known.every((one) => one.id !== id))];
}
