import { LiveComponent, type Growing, type Updatable } from "./live-component.ts";
import { seen, wantedList, wantedText } from "./wanted-text.ts";

/** Numbers by name. */
export type ChartPoint = Readonly<Record<string, number | null | undefined>>;

/** Options of {@link lineChart}. */
export interface LineChartOptions {
  /** The name of what runs along the horizontal axis. */
  readonly x: string;
  /** The names of what is drawn, a line each. */
  readonly y: string | readonly string[];
  /** What stands above it. */
  readonly title?: string | undefined;
  /** Points that are there from the beginning. */
  readonly points?: readonly ChartPoint[] | undefined;
}

/** A point as it is stored: the x, then a number for each line; null where it has none. */
export type StoredPoint = readonly (number | null)[];

/** As it is stored. */
export interface LineChartData {
  readonly title: string | null;
  readonly x: string;
  readonly y: readonly string[];
  readonly points: readonly StoredPoint[];
}

/**
 * Lines over a common axis, drawn point by point.
 *
 * @example
 * ```ts
 * const loss = lineChart({ x: "epoch", y: ["loss", "validation"] });
 * current.card.append(loss);
 * for (let epoch = 0; epoch < 20; epoch += 1) loss.push({ epoch, loss: 1 / (epoch + 1), validation: 1.2 / (epoch + 1) });
 * ```
 */
export function lineChart(options: LineChartOptions): Growing<ChartPoint> & Updatable<readonly ChartPoint[]> {
  let known: readonly string[] | null = null;
  const lines = () => (known ??= linesOf(options));
  const read = (given: readonly ChartPoint[], pushed: readonly unknown[]) => {
    const y = lines();
    const points = wantedList(given, "points").map((point) => storedPoint(point, options.x, y));
    const data = { title: options.title ?? null, x: wantedText(options.x, "x"), y, points: [...points, ...pushed] };
    return { data };
  };
  const item = (point: ChartPoint) => storedPoint(point, options.x, lines());
  return new LiveComponent({ kind: "lineChart", read, item }, options?.points ?? []);
}

function linesOf({ y }: LineChartOptions): readonly string[] {
  if (typeof y === "string") return [y];
  if (Array.isArray(y) && y.length > 0 && y.every((name) => typeof name === "string")) return y;
  throw new TypeError(`y is not the name of a line, or a list of such names: ${seen(y)}`);
}

function storedPoint(point: unknown, x: string, y: readonly string[]): StoredPoint {
  if (typeof point !== "object" || point === null) throw new TypeError(`a point is an object: ${seen(point)}`);
  const numbers = point as ChartPoint;
  const at = Number(numbers[x]);
  if (numbers[x] == null || !Number.isFinite(at)) throw new TypeError(`a point has no number ${x}: ${seen(point)}`);
  return [at, ...y.map((name) => numberOrNull(numbers[name]))];
}

function numberOrNull(value: unknown): number | null {
  const number = Number(value);
  return value == null || !Number.isFinite(number) ? null : number;
}
