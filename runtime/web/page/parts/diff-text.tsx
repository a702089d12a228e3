import type { JSX } from "preact";
import { visible } from "../../../../sdk/base/visible.ts";

const KINDS = [
  { start: /^(---|\+\+\+|diff |Index:|=====)/, kind: "quiet" },
  { start: /^@@/, kind: "hunk" },
  { start: /^\+/, kind: "added" },
  { start: /^-/, kind: "removed" },
];

/** A unified difference, line by line. */
export function DiffText({ text, label }: { text: string; label: string }): JSX.Element {
  return (
    <pre class="frame diff" tabIndex={0} role="region" aria-label={`How ${visible(label)} differs`}>
      {text.split("\n").map((line, at) => (
        <span key={at} class={KINDS.find(({ start }) => start.test(line))?.kind ?? ""}>
          {visible(line)}
          {"\n"}
        </span>
      ))}
    </pre>
  );
}
