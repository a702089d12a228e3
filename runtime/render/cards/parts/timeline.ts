import { type Check, fields, list } from "../../../datastore/shapes/checks.ts";
import type { StoredTimelineEvent, TimelineData } from "../../../../sdk/cards/timeline.ts";
import { durationText } from "../../../text/duration-text.ts";
import { escaped, Html, markup } from "../../html.ts";
import type { CardPart } from "../card-part.ts";

const MAX_EVENTS = 500;
const WIDTH = 560;
const LABEL = 160;
const LABEL_CHARS = 26;
const ROW = 20;

const event: Check = (value) => {
  if (!Array.isArray(value)) return " is not an event";
  const [label, start, end] = value as readonly unknown[];
  const isOne = typeof label === "string" && Number.isFinite(start) && (end === null || Number.isFinite(end));
  return isOne ? null : " is not an event";
};

export const timelinePart: CardPart<TimelineData> = {
  kind: "timeline",
  check: fields({ events: list(event) }),
  grows: {
    check: event,
    add: ({ events }, items) => ({ events: [...events, ...(items as readonly StoredTimelineEvent[])] }),
  },
  draw({ events }) {
    if (events.length === 0) return markup`<div class="dim">no events</div>`;
    const shown = events.slice(-MAX_EVENTS);
    const note =
      shown.length < events.length
        ? markup`<div class="dim">the last ${shown.length} of ${events.length} events</div>`
        : "";
    return markup`${drawn(shown)}${note}`;
  },
};

function drawn(events: readonly StoredTimelineEvent[]): Html {
  let [from, to] = [Infinity, -Infinity];
  for (const [, start, end] of events) {
    from = Math.min(from, start);
    to = Math.max(to, end ?? start);
  }
  const span = Math.max(to - from, 1);
  const at = (time: number) => LABEL + ((time - from) / span) * WIDTH;
  const rows = events.map(([label, start, end], row) => {
    const y = row * ROW;
    const width = end === null ? 0 : Math.max(at(end) - at(start), 2);
    const name = label.length > LABEL_CHARS ? `${label.slice(0, LABEL_CHARS - 1)}…` : label;
    const shape =
      end === null
        ? `<circle cx="${at(start).toFixed(1)}" cy="${y + 10}" r="4" fill="#3d7fc4"/>`
        : `<rect x="${at(start).toFixed(1)}" y="${y + 4}" width="${width.toFixed(1)}" height="${ROW - 8}" rx="2" fill="#3d7fc4"/>`;
    const took = end === null ? "" : ` ${durationText(end - start)}`;
    return `<g><title>${escaped(label)}${took}</title><text x="${LABEL - 8}" y="${y + 14}" text-anchor="end" font-size="11" fill="currentColor">${escaped(name)}</text>${shape}</g>`;
  });
  const bottom = events.length * ROW;
  const axis = [0, 0.5, 1].map((part) => {
    const x = LABEL + part * WIDTH;
    const anchor = part === 1 ? "end" : "middle";
    return `<path d="M${x} 0V${bottom}" stroke="currentColor" stroke-opacity="0.15"/><text x="${x}" y="${bottom + 14}" text-anchor="${anchor}" font-size="10" fill="currentColor" fill-opacity="0.65">${durationText(span * part)}</text>`;
  });
  const [width, height] = [LABEL + WIDTH + 4, bottom + 20];
  return new Html(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" style="max-width:100%;height:auto">${axis.join("")}${rows.join("")}</svg>`,
  );
}
