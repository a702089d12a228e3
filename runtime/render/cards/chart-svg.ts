import { escaped, Html } from "../html.ts";
import { chartAxis, type ChartAxis } from "./chart-axis.ts";
import { thinnedLine } from "./thinned-line.ts";

/** A line of a chart; null where it has no number. */
export interface ChartLine {
  readonly name: string;
  readonly points: readonly (readonly [number, number | null])[];
}

export interface ChartLook {
  readonly x: string;
  readonly title: string | null;
}

const WIDTH = 620;
const HEIGHT = 240;
const LEFT = 58;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 34;
const LEGEND_ROW = 18;
/** About the width of a letter of the legend. */
const LETTER = 6.6;
/** Middle tones, for dark and light backgrounds. */
const COLOURS = ["#3d7fc4", "#d9822b", "#2c8a55", "#c9463d", "#8a63c9", "#8a7a55", "#d0619f", "#3aa3a3"];

/** Lines over a common axis, as a picture without scripts. */
export function chartSvg(lines: readonly ChartLine[], { x, title }: ChartLook): Html {
  const [horizontal, vertical] = axes(lines);
  const legend = legendOf(lines);
  const height = HEIGHT + legend.height;
  const drawn = lines.map((line, at) => pathOf(line, { horizontal, vertical, colour: colourOf(at) }));
  const label = title === null ? lines.map(({ name }) => name).join(", ") : title;
  const heading = title === null ? "" : `<div><b>${escaped(title)}</b></div>`;
  return new Html(
    `${heading}<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(label)}" style="max-width:100%;height:auto">${gridOf(horizontal, vertical)}${drawn.join("")}<text x="${WIDTH - RIGHT}" y="${HEIGHT - 4}" text-anchor="end" font-size="11" fill="currentColor" fill-opacity="0.75">${escaped(x)}</text>${legend.text}</svg>`,
  );
}

function colourOf(at: number): string {
  return COLOURS[at % COLOURS.length] ?? "currentColor";
}

function axes(lines: readonly ChartLine[]): readonly [ChartAxis, ChartAxis] {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { points } of lines)
    for (const [x, y] of points) {
      left = Math.min(left, x);
      right = Math.max(right, x);
      if (y === null) continue;
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
  if (left > right) [left, right] = [0, 1];
  if (low > high) [low, high] = [0, 1];
  return [
    chartAxis({ from: left, to: right, start: LEFT, end: WIDTH - RIGHT, ticks: 6 }),
    chartAxis({ from: low, to: high, start: HEIGHT - BOTTOM, end: TOP, ticks: 5 }),
  ];
}

function gridOf(horizontal: ChartAxis, vertical: ChartAxis): string {
  const text = (shown: string, { x, y, anchor }: { x: number; y: number; anchor: string }) =>
    `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="10" fill="currentColor" fill-opacity="0.65">${shown}</text>`;
  const rows = vertical.ticks.map(
    ({ at, text: shown }) =>
      `<path d="M${LEFT} ${at.toFixed(1)}H${WIDTH - RIGHT}" stroke="currentColor" stroke-opacity="0.13"/>${text(shown, { x: LEFT - 6, y: at + 3.5, anchor: "end" })}`,
  );
  const columns = horizontal.ticks.map(({ at, text: shown }) =>
    text(shown, { x: at, y: HEIGHT - BOTTOM + 14, anchor: "middle" }),
  );
  const base = `<path d="M${LEFT} ${HEIGHT - BOTTOM}H${WIDTH - RIGHT}" stroke="currentColor" stroke-opacity="0.35"/>`;
  return [...rows, base, ...columns].join("");
}

/** A line ends where it has no number; a lone point is a dot. */
function pathOf(
  { name, points }: ChartLine,
  { horizontal, vertical, colour }: { horizontal: ChartAxis; vertical: ChartAxis; colour: string },
): string {
  let [path, dots, length] = ["", "", 0];
  let last: readonly [string, string] | null = null;
  const end = () => {
    if (length === 1 && last !== null) dots += `<circle cx="${last[0]}" cy="${last[1]}" r="2.5" fill="${colour}"/>`;
    length = 0;
  };
  for (const [x, y] of thinnedLine(points)) {
    if (y === null) {
      end();
      continue;
    }
    last = [horizontal.at(x).toFixed(1), vertical.at(y).toFixed(1)];
    path += `${length === 0 ? "M" : "L"}${last[0]} ${last[1]}`;
    length += 1;
  }
  end();
  return `<g><title>${escaped(name)}</title><path d="${path}" fill="none" stroke="${colour}" stroke-width="1.6" stroke-linejoin="round"/>${dots}</g>`;
}

function legendOf(lines: readonly ChartLine[]): { readonly text: string; readonly height: number } {
  let [x, row] = [LEFT, 0];
  const parts = lines.map(({ name }, at) => {
    const shown = name.length > 40 ? `${name.slice(0, 39)}…` : name;
    const width = 22 + shown.length * LETTER;
    if (x + width > WIDTH && x > LEFT) [x, row] = [LEFT, row + 1];
    const y = HEIGHT + row * LEGEND_ROW + 8;
    const part = `<rect x="${x}" y="${y - 5}" width="12" height="3" fill="${colourOf(at)}"/><text x="${x + 16}" y="${y}" font-size="11" fill="currentColor">${escaped(shown)}</text>`;
    x += width;
    return part;
  });
  return { text: parts.join(""), height: (row + 1) * LEGEND_ROW };
}
