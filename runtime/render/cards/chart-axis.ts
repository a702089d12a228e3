/** A linear scale, and where its lines and texts stand. */
export interface ChartAxis {
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  /** The place of a value, in pixels. */
  at(value: number): number;
}

const STEPS = [1, 2, 2.5, 5, 10];

export interface AxisOptions {
  readonly from: number;
  readonly to: number;
  /** Where these stand, in pixels. */
  readonly start: number;
  readonly end: number;
  /** About how many. */
  readonly ticks: number;
}

export function chartAxis({ from, to, start, end, ticks }: AxisOptions): ChartAxis {
  const [low, high] = from === to ? [from - (Math.abs(from) || 1) / 2, to + (Math.abs(to) || 1) / 2] : [from, to];
  const rough = (high - low) / ticks;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((one) => one * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step);
  const count = Math.max(Math.floor(high / step) - first + 1, 0);
  // Halved first: the span of the largest numbers is no number any more.
  const at = (value: number) => start + ((value / 2 - low / 2) / (high / 2 - low / 2)) * (end - start);
  const values = Array.from({ length: Math.min(count, 2 * ticks + 2) }, (_, place) => (first + place) * step);
  return { at, ticks: values.map((value) => ({ at: at(value), text: tickText(value) })) };
}

function tickText(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-4)) return value.toExponential(1).replace("e+", "e");
  return String(Number(value.toPrecision(6)));
}
