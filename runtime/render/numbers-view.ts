import { Html, markup } from "./html.ts";
import { facts } from "./parts.ts";
import { largest } from "../../sdk/base/largest.ts";

type Numbers = readonly number[] | NodeJS.TypedArray;

const BINS = 40;
const WIDTH = 480;
const HEIGHT = 90;
const FIRST = 20;

/** Numbers: their summary, their histogram and the first of them. */
export function numbersView(numbers: Numbers): Html {
  const stats = summaryOf(numbers);
  const first = Array.from({ length: Math.min(numbers.length, FIRST) }, (_, at) => String(numbers[at]));
  const list = markup`<div><code>${first.join(", ")}${numbers.length > FIRST ? ", …" : ""}</code></div>`;
  if (stats === null) return list;
  const { count, odd, min, max, mean, deviation } = stats;
  const rows = facts([
    ["values", String(numbers.length)],
    ["not finite", odd === 0 ? null : String(odd)],
    ["from, to", `${short(min)}, ${short(max)}`],
    ["mean", `${short(mean)} ± ${short(deviation)}`],
  ]);
  return markup`${rows}${count > 1 && max > min ? histogram(numbers, { min, max }) : ""}${list}`;
}

interface Summary {
  readonly count: number;
  /** NaN and infinities. */
  readonly odd: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly deviation: number;
}

/** Mean and deviation by Welford's method, which stays exact where values are large and close. */
function summaryOf(numbers: Numbers): Summary | null {
  let [count, odd, mean, squares] = [0, 0, 0, 0];
  let [min, max] = [Infinity, -Infinity];
  for (let at = 0; at < numbers.length; at++) {
    const value = Number(numbers[at]);
    if (!Number.isFinite(value)) {
      odd += 1;
      continue;
    }
    count += 1;
    const step = value - mean;
    mean += step / count;
    squares += step * (value - mean);
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (count === 0) return null;
  return { count, odd, min, max, mean, deviation: Math.sqrt(squares / count) };
}

function histogram(numbers: Numbers, { min, max }: { min: number; max: number }): Html {
  const counts = new Array<number>(BINS).fill(0);
  for (let at = 0; at < numbers.length; at++) {
    const value = Number(numbers[at]);
    if (!Number.isFinite(value)) continue;
    // Halved first: the span of the largest numbers is no number any more.
    const part = (value / 2 - min / 2) / (max / 2 - min / 2);
    const bin = Math.min(Math.floor(part * BINS), BINS - 1);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const most = largest(counts);
  const width = WIDTH / BINS;
  const bars = counts.map((count, bin) => {
    const height = Math.max((count / most) * HEIGHT, count > 0 ? 1 : 0);
    return `<rect x="${bin * width}" y="${(HEIGHT - height).toFixed(1)}" width="${width - 1}" height="${height.toFixed(1)}" fill="#3d7fc4"/>`;
  });
  const label = (x: number, anchor: string, text: string) =>
    `<text x="${x}" y="${HEIGHT + 14}" text-anchor="${anchor}" font-size="10" fill="currentColor" fill-opacity="0.75">${text}</text>`;
  return new Html(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT + 18}" viewBox="0 0 ${WIDTH} ${HEIGHT + 18}" role="img" style="display:block;max-width:100%;height:auto;margin:6px 0"><path d="M0 ${HEIGHT + 0.5}H${WIDTH}" stroke="currentColor" stroke-opacity="0.3"/>${bars.join("")}${label(0, "start", short(min))}${label(WIDTH, "end", short(max))}</svg>`,
  );
}

function short(value: number): string {
  return String(Number(value.toPrecision(5)));
}
