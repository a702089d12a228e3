import { visible } from "../../sdk/base/visible.ts";
import { escapeHtml } from "../text/escape-html.ts";

/** Text that is HTML already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | null | Html | readonly Html[];

/** HTML with its parts escaped: what comes from a run may be anything. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const written = strings.map((text, at) => {
    // A template may be laid out over lines; they are not the page's.
    return text.replace(/\s*\n\s*/g, " ") + (at < parts.length ? writtenPart(parts[at] ?? "") : "");
  });
  return new Html(written.join(""));
}

/** A text as it stands in HTML, between tags and in quoted attributes. */
export function escaped(text: string): string {
  return escapeHtml(visible(text));
}

/** Rows of cells; the named columns hold numbers. */
export function table(
  header: readonly string[],
  rows: readonly (readonly Part[])[],
  right: readonly number[] = [],
): Html {
  const kind = (column: number) => new Html(right.includes(column) ? ' class="n"' : "");
  const head = header.map((name, column) => markup`<th${kind(column)}>${name}</th>`);
  const body = rows.map(
    (row) =>
      markup`<tr>
        ${row.map((cell, column) => markup`<td${kind(column)}>${cell}</td>`)}
      </tr>`,
  );
  return markup`<table>
    <thead>
      <tr>
        ${head}
      </tr>
    </thead>
    <tbody>
      ${body}
    </tbody>
  </table>`;
}

function writtenPart(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return (part ?? []).map(({ text }) => text).join("");
  return escaped(String(part));
}
