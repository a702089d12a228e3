import { inspect } from "node:util";
import type { CardSource } from "../../runtime/render/cards/card-source.ts";
import { type ListedCard, cardsOf } from "../../runtime/render/cards/cards-of.ts";
import { loadCardRender } from "../../runtime/render/cards/load-card-render.ts";
import { visibleLine } from "../base/visible.ts";
import { checkAttempt } from "./check-attempt.ts";
import { DISPLAY, type MimeBundle } from "./mime-bundle.ts";
import type { TaskReader } from "./task-reader.ts";

/**
 * What a task shows of itself: `@card`.
 *
 * @example
 * ```ts
 * const task = await Task.get("RecSysFlow/latest/fitB/2");
 * const [card] = await task.cards();
 * console.log(card?.id, card?.title, await card?.html());
 * ```
 */
export class Card {
  /** Tells the cards of a task apart; `default` where the decorator names none. */
  readonly id: string;
  /** What stands above it. */
  readonly title: string;
  readonly #source: CardSource;

  /** @internal */
  constructor({ id, title }: ListedCard, source: CardSource) {
    this.id = id;
    this.title = title;
    this.#source = source;
  }

  /** A whole HTML page, as it stands now: it has no scripts, and asks the network for nothing. */
  async html(): Promise<string> {
    const { drawCard, cardFile } = loadCardRender();
    const drawn = await drawCard(this.#source, this.id);
    return drawn === null ? "" : cardFile(drawn);
  }

  /** @internal */
  async [DISPLAY](): Promise<MimeBundle> {
    const drawn = await loadCardRender().drawCard(this.#source, this.id);
    return { "text/html": drawn?.html ?? "", "text/plain": inspect(this) };
  }

  /** @internal */
  [inspect.custom](): string {
    return visibleLine(`Card ${this.id}  ${this.title}`);
  }
}

/** @param attempt - undefined for the latest */
export function cardsOfTask(task: TaskReader, attempt: number | undefined): readonly Card[] {
  checkAttempt(task, { attempt, what: "cards" });
  const source = { store: task.run.store, run: task.run.summary(), task: task.summary, attempt };
  return cardsOf(source).map((card) => new Card(card, source));
}
