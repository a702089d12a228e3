import { messageOf } from "../../../sdk/base/message-of.ts";
import { Html, markup } from "../html.ts";
import type { DrawnAround } from "./card-part.ts";
import { safeSvg } from "./safe-svg.ts";

const MAX_SPEC_CHARS = 20_000;

/** A chart as another library draws it; where it does not, why, and what it would draw. */
export async function drawnOrSpec(spec: unknown, { unique }: DrawnAround, draw: () => Promise<string>): Promise<Html> {
  try {
    return new Html(`<div class="chart">${safeSvg(await draw(), unique)}</div>`);
  } catch (error) {
    const text = JSON.stringify(spec, null, 2).slice(0, MAX_SPEC_CHARS);
    return markup`<div class="warn">${messageOf(error)}</div><details><summary>its specification</summary><pre>${text}</pre></details>`;
  }
}
