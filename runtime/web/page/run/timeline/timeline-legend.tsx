import type { JSX, RefObject } from "preact";

const PARTS = [
  { name: "waiting", text: "waiting" },
  { name: "running", text: "running" },
  { name: "done", text: "succeeded" },
  { name: "failed", text: "failed" },
  { name: "caught", text: "caught" },
  { name: "stale", text: "stopped" },
];

interface TimelineLegendProps {
  /** The canvas takes its colours from here. */
  readonly list: RefObject<HTMLUListElement | null>;
  readonly reused: number;
}

export function TimelineLegend({ list, reused }: TimelineLegendProps): JSX.Element {
  return (
    <ul class="legend" ref={list} aria-label="Colours">
      {PARTS.map(({ name, text }) => (
        <li key={name}>
          <span class={`swatch part-${name}`} data-part={name} /> {text}
        </li>
      ))}
      {reused > 0 && (
        <li class="quiet">{reused.toLocaleString("en")} reused tasks ran in another run and are not drawn</li>
      )}
    </ul>
  );
}
