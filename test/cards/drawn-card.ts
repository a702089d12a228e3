import { parseHTML } from "linkedom";
import { onTestFinished } from "vitest";
import type { CardComponent, CurrentCard } from "../../sdk/base/card-component.ts";
import type { CardSettings } from "../../sdk/base/step-settings.ts";
import { memoryStorage } from "../../sdk/testing/memory-storage.ts";
import { hashOf } from "../../runtime/datastore/blobs.ts";
import { type Datastore, datastoreOn } from "../../runtime/datastore/datastore.ts";
import type { RunSummary, TaskSummary } from "../../runtime/datastore/reader/run-summary.ts";
import { cardsKey } from "../../runtime/datastore/run-keys.ts";
import type { CardSource } from "../../runtime/render/cards/card-source.ts";
import { cardFile, drawCard } from "../../runtime/render/cards/draw-card.ts";
import { redactor } from "../../runtime/secrets/redactor.ts";
import { TaskCards } from "../../runtime/worker/task-cards.ts";

export const PLACE = { flow: "F", run: "r", step: "fit", task: 1, attempt: 0 };
export const ONE: readonly CardSettings[] = [{ id: "shown", title: null, type: null }];

/** The cards of a task that runs, on a store in memory. */
export interface CardBench {
  readonly store: Datastore;
  readonly cards: TaskCards;
  readonly card: CurrentCard;
  readonly source: CardSource;
  /** The whole page, as `card get` writes it. */
  page(id?: string): Promise<string>;
  /** Lines of the record. */
  lines(): string[];
}

export function cardBench({
  settings = ONE,
  secrets = [],
}: { settings?: readonly CardSettings[]; secrets?: readonly string[] } = {}): CardBench {
  const storage = memoryStorage();
  const store = datastoreOn(storage);
  const masking = redactor(secrets);
  const cards = new TaskCards({
    cards: settings,
    open: () => storage.append(cardsKey(PLACE)),
    replace: (line) => storage.write(cardsKey(PLACE), [Buffer.from(line)]),
    storeBlob(bytes) {
      const hash = hashOf([bytes]);
      store.blobs.put(hash, [bytes]);
      store.blobs.settle();
      return hash;
    },
    redactor: () => masking,
  });
  onTestFinished(() => cards.close());
  const source = sourceOn(store, settings);
  return {
    ...{ store, cards, card: cards.current, source },
    async page(id = settings[0]?.id ?? "") {
      const card = await drawCard(source, id);
      return card === null ? "" : cardFile(card);
    },
    lines: () => (storage.end(cardsKey(PLACE), 1e9)?.bytes.toString() ?? "").split("\n").slice(0, -1),
  };
}

function sourceOn(store: Datastore, cards: readonly CardSettings[]): CardSource {
  const graph = { flow: "F", start: "fit", end: "fit", steps: [{ name: "fit", settings: { cards } }] };
  const run = { flow: "F", run: "r", parameters: {}, document: { graph, configs: {} }, tags: [] };
  const task = { ...PLACE, status: "running", attempts: [PLACE], isReused: false, result: null, place: null };
  return { store, run: run as unknown as RunSummary, task: task as unknown as TaskSummary };
}

/** A card with these components, as the page that is written of it. */
export async function pageOf(...components: readonly CardComponent[]): Promise<string> {
  const { cards, card, page } = cardBench();
  card.append(...components);
  cards.conclude();
  return page();
}

/** What of a page could run or ask the network; empty for every card. */
export function dangersIn(page: string): string[] {
  const { document } = parseHTML(page) as unknown as { document: Document };
  const dangers: string[] = [];
  for (const element of document.querySelectorAll("*")) {
    const name = element.tagName.toLowerCase();
    if (["script", "object", "embed", "link", "base", "form", "foreignobject"].includes(name))
      dangers.push(`<${name}>`);
    if (name === "iframe" && element.getAttribute("sandbox") !== "allow-scripts") dangers.push("an open frame");
    for (const { name: attribute, value } of element.attributes) {
      const isAddress = /^(src|href|xlink:href|action|formaction|background|poster|data)$/i.test(attribute);
      if (/^on/i.test(attribute)) dangers.push(`${name} ${attribute}`);
      if (isAddress && !(name === "a" && /^(https?|mailto):/.test(value)) && !value.startsWith("data:image/"))
        dangers.push(`${name} ${attribute}=${value}`);
      if (attribute === "style" && /url\(|expression/i.test(value)) dangers.push(`${name} style=${value}`);
    }
  }
  for (const style of document.querySelectorAll("style"))
    if (/url\(|@import/i.test(style.textContent)) dangers.push("style that loads");
  return dangers;
}

/** What a reader sees of a page, without its title. */
export function textOf(page: string): string {
  const [, body = ""] = /<body>([\s\S]*)<\/body>/.exec(page) ?? [];
  const plain = body.replace(/<style>[\s\S]*?<\/style>/g, "").replace(/<[^>]*>/g, " ");
  const { document } = parseHTML(`<p>${plain}</p>`) as unknown as { document: Document };
  return document.querySelector("p")?.textContent.replace(/\s+/g, " ").trim() ?? "";
}
