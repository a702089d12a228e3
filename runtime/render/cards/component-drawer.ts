import { messageOf } from "../../../sdk/base/message-of.ts";
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import type { StoredCards, StoredComponent } from "../../datastore/reader/read-cards.ts";
import { type Html, markup } from "../html.ts";
import type { CardPart } from "./card-part.ts";
import type { CardSource } from "./card-source.ts";
import { faultHtml } from "./parts/fault.ts";
import { partOf } from "./parts/index.ts";

const MAX_DEPTH = 12;
const MAX_COMPONENTS = 2000;

/** Draws the components of a card one by one: whatever is wrong with one of them, the others are shown. */
export class ComponentDrawer {
  readonly #source: CardSource;
  readonly #stored: StoredCards;
  readonly #prefix: string;
  readonly #kinds = new Set<string>();
  #drawn = 0;

  /** @param at - `prefix`: tells what it draws apart from other cards of a page */
  constructor(source: CardSource, at: { readonly stored: StoredCards; readonly prefix: string }) {
    this.#source = source;
    this.#stored = at.stored;
    this.#prefix = at.prefix;
  }

  /** The looks of what was drawn. */
  get style(): string {
    return [...this.#kinds, "fault"].flatMap((kind) => partOf(kind)?.style ?? []).join("\n");
  }

  /** True where user's HTML is in a frame, which may run scripts. */
  get hasFrames(): boolean {
    return this.#kinds.has("html");
  }

  async all(numbers: readonly number[], depth = 0): Promise<Html[]> {
    const shown: Html[] = [];
    for (const number of numbers) {
      if (this.#drawn >= MAX_COMPONENTS) {
        shown.push(markup`<div class="dim">… and more: a card shows ${MAX_COMPONENTS} components</div>`);
        break;
      }
      this.#drawn += 1;
      shown.push(await this.#one(number, depth));
    }
    return shown;
  }

  async #one(number: number, depth: number): Promise<Html> {
    const component = this.#stored.components.get(number);
    if (component === undefined) return faultHtml({ of: `component ${number}`, message: "it was not stored" });
    const { kind } = component;
    const part = partOf(kind);
    if (part === undefined) return faultHtml({ of: kind, message: "this Millrace does not know it: update millrace" });
    if (depth > MAX_DEPTH) return faultHtml({ of: kind, message: `it is more than ${MAX_DEPTH} levels deep` });
    this.#kinds.add(kind);
    try {
      const data = dataOf(part, { component, read: (hash) => this.#source.store.blobs.get(hash) });
      const holds = await this.all(component.holds ?? [], depth + 1);
      const bytes = () => (component.bytes === undefined ? null : this.#source.store.blobs.get(component.bytes));
      return await part.draw(data, { source: this.#source, bytes, holds, unique: `${this.#prefix}-${number}` });
    } catch (error) {
      return faultHtml({ of: kind, message: isMillraceError(error) ? error.headline : messageOf(error) });
    }
  }
}

/** What is stored of a component, judged by its part. */
function dataOf(
  { kind, check, grows }: CardPart<unknown>,
  { component, read }: { component: StoredComponent; read: (hash: string) => Uint8Array },
): unknown {
  const { blob, items } = component;
  const data: unknown = blob === undefined ? component.data : JSON.parse(Buffer.from(read(blob)).toString());
  const fault = check(data) ?? (grows === undefined ? null : faultOfItems(items, grows.check));
  if (fault !== null) throw new TypeError(`its data are not those of ${kind}: it${fault}`);
  return grows === undefined || items.length === 0 ? data : grows.add(data, items);
}

function faultOfItems(items: readonly unknown[], check: (value: unknown) => string | null): string | null {
  for (const item of items) {
    const fault = check(item);
    if (fault !== null) return ` got something that${fault}`;
  }
  return null;
}
