import { createHash } from "node:crypto";
import type { CardSettings } from "../../../sdk/base/step-settings.ts";
import { cardsPlace } from "../../datastore/reader/cards-place.ts";
import { readCards, type StoredCards } from "../../datastore/reader/read-cards.ts";
import { DISPLAY_STYLE } from "../display-style.ts";
import { Html, markup } from "../html.ts";
import { NOTHING } from "../parts.ts";
import type { CardSource } from "./card-source.ts";
import { type ListedCard, cardSettings, cardsOf } from "./cards-of.ts";
import { ComponentDrawer } from "./component-drawer.ts";
import { defaultCard } from "./default-card.ts";

// What `load-card-render.ts` loads: a script of its own, as few processes draw a card.

export interface DrawnCard extends ListedCard {
  /** With its style; without scripts, everything escaped. What a user wrote as HTML is in the `srcdoc` of a frame. */
  readonly html: string;
  readonly hasFrames: boolean;
}

/** Null where the task has no such card. */
export async function drawCard(source: CardSource, id: string): Promise<DrawnCard | null> {
  const listed = cardsOf(source).find((one) => one.id === id);
  const settings = cardSettings(source).find((one) => one.id === id);
  if (listed === undefined || settings === undefined) return null;
  const { run, task } = source;
  const stored = storedCards(source);
  const prefix = `c${createHash("sha256").update(`${run.run}/${task.task}/${id}`).digest("hex").slice(0, 10)}`;
  const drawer = new ComponentDrawer(source, { stored, prefix });
  const numbers = stored.cards.get(id) ?? [];
  const parts = await drawer.all(numbers);
  const body = markup`<h4>${listed.title}</h4>${parts.map((part) => markup`<div class="part">${part}</div>`)}${about(settings, { source, isEmpty: numbers.length === 0 })}`;
  const style = new Html(`<style>${DISPLAY_STYLE}\n${CARD_STYLE}\n${drawer.style}</style>`);
  const html = markup`<div class="millrace">${style}${body}</div>`.text;
  return { ...listed, html, hasFrames: drawer.hasFrames };
}

/** What the page of a card may do. */
export function cardPolicy({ hasFrames }: Pick<DrawnCard, "hasFrames">): string {
  // A frame has the policy of the page around it as well: scripts are let in where there is one, and nowhere else.
  const scripts = hasFrames ? " script-src 'unsafe-inline';" : "";
  return `default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:;${scripts} form-action 'none'; base-uri 'none'`;
}

/** The card as a file of its own, which asks the network for nothing. */
export function cardFile(card: Pick<DrawnCard, "title" | "html" | "hasFrames">): string {
  const { title, html } = card;
  const head = markup`<meta charset="utf-8" /><meta http-equiv="Content-Security-Policy" content="${cardPolicy(card)}" /><meta name="viewport" content="width=device-width,initial-scale=1" /><meta name="color-scheme" content="light dark" /><title>${title}</title>`;
  return `<!doctype html><html lang="en"><head>${head.text}<style>${FILE_STYLE}</style></head><body>${html}</body></html>\n`;
}

/** Below what the step put on it, the default card tells of the task; other cards do not. */
function about({ id, type }: CardSettings, { source, isEmpty }: { source: CardSource; isEmpty: boolean }): Html {
  if (id === "default" && type === null) {
    const card = defaultCard(source);
    return isEmpty ? card : markup`<details class="part"><summary>the task</summary>${card}</details>`;
  }
  return isEmpty ? markup`<div class="dim">the step has put nothing on this card</div>` : NOTHING;
}

function storedCards({ store, run, task, attempt }: CardSource): StoredCards {
  const place = cardsPlace(store, { flow: run.flow, run: run.run, task, attempt });
  return place === null ? { cards: new Map(), components: new Map(), lines: 0 } : readCards(store.storage, place);
}

const CARD_STYLE = ".millrace .part{margin:8px 0}.millrace a{color:#3d7fc4}";
const FILE_STYLE = "body{margin:24px auto;max-width:1100px;padding:0 20px;background:Canvas;color:CanvasText}";
