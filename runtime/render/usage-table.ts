import { durationText } from "../text/duration-text.ts";
import type { Spread, StepUsage } from "../datastore/reader/step-usage.ts";
import { Html, markup, table } from "./html.ts";

const WIDTH = 140;
const HEIGHT = 14;

/** What steps asked for beside what their attempts used: a box for each. */
export function usageTable(usages: readonly StepUsage[]): Html {
  return table(
    ["step", "attempts", "took", "processors", "", "memory", ""],
    usages.map(({ step, attempts, wallMs, cores, memoryMb, asked }) => [
      step,
      attempts,
      durationText(wallMs.median),
      usedBox(cores, asked.cpu),
      usedText(cores, asked.cpu, (value) => value.toFixed(1)),
      usedBox(memoryMb, asked.memoryMb),
      usedText(memoryMb, asked.memoryMb, (value) => `${Math.ceil(value)} MB`),
    ]),
    [1, 2],
  );
}

/** From the least to the most, with a box from the half to 95 of 100, and a mark at what was asked for. */
function usedBox(spread: Spread | null, asked: number | null): Html {
  if (spread === null) return new Html("");
  const { min, median, p95, max } = spread;
  const whole = Math.max(max, asked ?? 0) || 1;
  const at = (value: number) => ((WIDTH * value) / whole).toFixed(1);
  const bar = (from: number, to: number, opacity: number) =>
    `<rect x="${at(from)}" y="4" width="${Math.max(Number(at(to)) - Number(at(from)), 1.5).toFixed(1)}" height="6" fill="#3d7fc4" fill-opacity="${opacity}"/>`;
  const mark = asked === null ? "" : `<path d="M${at(asked)} 0V${HEIGHT}" stroke="currentColor" stroke-width="2"/>`;
  return new Html(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH + 2}" height="${HEIGHT}" viewBox="-1 0 ${WIDTH + 2} ${HEIGHT}" aria-hidden="true"><rect y="4" width="${WIDTH}" height="6" fill="currentColor" fill-opacity="0.1"/>${bar(min, max, 0.4)}${bar(median, p95, 1)}${mark}</svg>`,
  );
}

function usedText(spread: Spread | null, asked: number | null, text: (value: number) => string): Html {
  const of = asked === null ? "" : ` of ${text(asked)}`;
  if (spread === null) return markup`<span class="dim">${asked === null ? "" : `asked for ${text(asked)}`}</span>`;
  const { median, max } = spread;
  const used = text(median) === text(max) ? text(max) : `${text(median)} to ${text(max)}`;
  return markup`${used}<span class="dim">${of}</span>`;
}
