import { types } from "node:util";
import { previewText } from "../text/preview-text.ts";
import { type Html, markup } from "./html.ts";
import { NOTHING } from "./parts.ts";

const MAX_NODES = 1000;
const MAX_CHILDREN = 100;
const MAX_DEPTH = 6;
/** What is deeper is folded up at first. */
const OPEN_DEPTH = 1;

/** A value as a tree whose branches open. */
export function treeView(value: unknown): Html {
  return new Tree().view(value, null);
}

/** Bounded as a whole, not only at each branch. */
class Tree {
  #left = MAX_NODES;
  readonly #above: object[] = [];

  view(value: unknown, name: string | null): Html {
    this.#left -= 1;
    const label = name === null ? NOTHING : markup`<b>${name}</b>: `;
    const line = markup`${label}<code>${previewText(value, { maxDepth: null, hasColors: false })}</code>`;
    const children = this.#childrenOf(value);
    if (children.length === 0) return markup`<div>${line}</div>`;
    const depth = this.#above.length;
    this.#above.push(value as object);
    const shown: Html[] = [];
    for (const [childName, child] of children.slice(0, MAX_CHILDREN)) {
      if (this.#left <= 0) break;
      shown.push(this.view(child, childName));
    }
    this.#above.pop();
    const left = children.length - shown.length;
    const more = left > 0 ? markup`<div class="dim">… and ${left} more</div>` : NOTHING;
    const isOpen = depth < OPEN_DEPTH ? " open" : "";
    return markup`<details${isOpen}><summary>${line}</summary>${shown}${more}</details>`;
  }

  #childrenOf(value: unknown): readonly (readonly [string, unknown])[] {
    if (typeof value !== "object" || value === null || this.#above.includes(value)) return [];
    if (this.#above.length >= MAX_DEPTH || ArrayBuffer.isView(value) || types.isDate(value)) return [];
    if (types.isMap(value)) return [...value].map(([key, item]): [string, unknown] => [keyText(key), item]);
    if (types.isSet(value)) return [...value].map((item, at): [string, unknown] => [String(at), item]);
    return Object.entries(value);
  }
}

function keyText(key: unknown): string {
  return typeof key === "string" ? key : previewText(key, { maxDepth: null, hasColors: false });
}
