import type { JSX } from "preact";

const MARKS: Readonly<Record<string, string>> = {
  running: "▸",
  succeeded: "✓",
  failed: "✕",
  pending: "○",
  caught: "!",
  stale: "?",
  cancelled: "–",
  reused: "↺",
};

/** A status by mark, word and colour. */
export function StatusMark({ status, text = status }: { status: string; text?: string }): JSX.Element {
  return (
    <span class={`status status-${status}`}>
      <span class="mark" aria-hidden="true">
        {MARKS[status] ?? "·"}
      </span>
      {text}
    </span>
  );
}
