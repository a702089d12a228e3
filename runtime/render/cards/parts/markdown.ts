import { Marked, type Tokens } from "marked";
import { fields, text } from "../../../datastore/shapes/checks.ts";
import type { MarkdownData } from "../../../../sdk/cards/markdown.ts";
import { escaped, Html } from "../../html.ts";
import type { CardPart } from "../card-part.ts";

/** Longer texts are cut: a card is read by people. */
const MAX_CHARS = 200_000;
const LINK = /^(https?:|mailto:)/i;

/** HTML is shown as text, a link leads to the web or to a mail, and a picture from elsewhere is a link to it. */
const PARSER = new Marked({
  gfm: true,
  async: false,
  renderer: {
    html: ({ text: raw }: Tokens.HTML | Tokens.Tag) => escaped(raw),
    text: (token: Tokens.Text | Tokens.Escape) =>
      "tokens" in token && token.tokens !== undefined ? false : escaped(plain(token)),
    code: ({ text: raw }: Tokens.Code) => `<pre>${escaped(raw)}</pre>`,
    codespan: ({ text: raw }: Tokens.Codespan) => `<code>${escaped(raw)}</code>`,
    link({ href, tokens }: Tokens.Link) {
      const shown = this.parser.parseInline(tokens);
      return LINK.test(href) ? `<a href="${escaped(href)}" rel="noopener noreferrer">${shown}</a>` : shown;
    },
    image: ({ href, text: shown }: Tokens.Image) =>
      LINK.test(href) ? `<a href="${escaped(href)}" rel="noopener noreferrer">${escaped(shown)}</a>` : escaped(shown),
    checkbox: ({ checked }: Tokens.Checkbox) => (checked ? "☑ " : "☐ "),
  },
});

export const markdownPart: CardPart<MarkdownData> = {
  kind: "markdown",
  check: fields({ text }),
  style: [
    ".millrace .md{max-width:760px}.millrace .md h1{font-size:20px;margin:10px 0 6px}.millrace .md h2{font-size:16px;margin:10px 0 4px}",
    ".millrace .md h3{font-size:14px;margin:8px 0 4px}.millrace .md p{margin:6px 0}.millrace .md blockquote{margin:6px 0;padding-left:10px;border-left:3px solid rgba(127,127,127,.4)}",
  ].join("\n"),
  draw: ({ text: given }) =>
    new Html(
      `<div class="md">${PARSER.parse(given.slice(0, MAX_CHARS)) as string}${given.length > MAX_CHARS ? "…" : ""}</div>`,
    ),
};

/** The lexer leaves a text as it was written, or escapes it already. */
function plain({ text: given, raw }: Tokens.Text | Tokens.Escape): string {
  return raw.length > 0 && raw.startsWith("\\") ? given : raw;
}
