import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { DISPLAY_STYLE } from "../../../render/display-style.ts";

interface DrawnHtmlProps {
  /** As the server drew it: without scripts, with every value escaped. */
  readonly html: string;
}

/** What the server drew: values and cards. Their style and that of the page do not meet. */
export function DrawnHtml({ html }: DrawnHtmlProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (host.current === null) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: "open" });
    const { content } = templateOf(html);
    // The page's policy takes no style elements, but style sheets that its script makes.
    const sheet = new CSSStyleSheet();
    const styles = [...content.querySelectorAll("style")];
    sheet.replaceSync([DISPLAY_STYLE, ...styles.map(({ textContent }) => textContent)].join("\n"));
    for (const style of styles) style.remove();
    root.adoptedStyleSheets = [sheet];
    root.replaceChildren(content);
  }, [html]);
  return <div ref={host} class="drawn" />;
}

function templateOf(html: string): HTMLTemplateElement {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template;
}
