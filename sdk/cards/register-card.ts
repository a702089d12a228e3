import type { CardComponent } from "../base/card-component.ts";

/** What a kind of card is made from. */
export interface CardTask {
  /** `Flow/run/step/task` */
  readonly pathspec: string;
  /** The name of its step. */
  readonly step: string;
  /** What the step left, by name, as `this` of the step has it. */
  readonly data: Readonly<Record<string, unknown>>;
  /** What it failed with; null if it did not. */
  readonly error: unknown;
}

/** Makes the components of a card. */
export type CardRenderer = (
  task: CardTask,
) => CardComponent | readonly CardComponent[] | Promise<CardComponent | readonly CardComponent[]>;

/**
 * Makes a kind of card for `@card({ type })`. It is called in the task once the step's code has ended, also where that
 * failed, and what it returns stands below what the step has put on the card. What it throws is a warning, and shown in
 * the card.
 *
 * @example
 * ```ts
 * registerCard("scores", ({ data }) => [markdown("# Scores"), table(data["scores"] as { model: string; error: number }[])]);
 * ```
 */
export function registerCard(type: string, render: CardRenderer): void {
  registry().set(type, render);
}

/** Undefined where nothing is registered under the name. */
export function registeredCard(type: string): CardRenderer | undefined {
  return registry().get(type);
}

/** On `globalThis`, as a flow's bundle and the worker each bring a copy of this module. */
function registry(): Map<string, CardRenderer> {
  const key = Symbol.for("millrace.cards");
  const holder = globalThis as { [key]?: Map<string, CardRenderer> };
  return (holder[key] ??= new Map());
}
