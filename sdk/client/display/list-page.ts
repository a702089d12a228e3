import { inspect } from "node:util";
import type { MimeBundle } from "../mime-bundle.ts";
import { markup } from "../../../runtime/render/html.ts";
import { page } from "./page.ts";
import { NOTHING } from "../../../runtime/render/parts.ts";

/** The beginning of a list, a line for each. */
export function listPage(items: readonly unknown[], { hasMore }: { hasMore: boolean }): MimeBundle {
  const text = items.map((item) => inspect(item)).join("\n");
  const body = items.length === 0 ? markup`<div class="dim">an empty list</div>` : markup`<pre>${text}</pre>`;
  const more = hasMore ? markup`<div class="dim">… and more: for await goes through all</div>` : NOTHING;
  return page({ text: `${text}${hasMore ? "\n…" : ""}`, body: markup`${body}${more}` });
}
