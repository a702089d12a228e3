/** What a process of the feature benches is asked to do. */
export interface JoinJob {
  readonly shape: keyof typeof SHAPES;
  /** Where the data lie. */
  readonly folder: string;
  /** A small one tries whether the bench runs. */
  readonly isSmall: boolean;
}

export interface JoinResult {
  readonly ms: number;
  readonly processorMs: number;
  readonly peakMb: number;
  /** Median of later calls; null where there are none. */
  readonly againMs: number | null;
}

/** Sizes of the tables; small ones are for trying. */
export const SHAPES = {
  wide: {
    full: { labels: 17_000, views: 10, features: 100, keys: 17_000, events: 17_000 },
    small: { labels: 1700, views: 10, features: 10, keys: 1700, events: 1700 },
  },
  long: {
    full: { labels: 1_000_000, views: 1, features: 4, keys: 100_000, events: 10_000_000 },
    small: { labels: 20_000, views: 1, features: 4, keys: 1000, events: 200_000 },
  },
  // As `feast init` makes them: five drivers, an hour a row, fifteen days; and three labels.
  drivers: {
    full: { labels: 3, views: 1, features: 3, keys: 5, events: 5 * 24 * 15 },
    small: { labels: 3, views: 1, features: 3, keys: 5, events: 5 * 24 * 15 },
  },
} as const;

export function sizesOf({ shape, isSmall }: Pick<JoinJob, "shape" | "isSmall">) {
  return SHAPES[shape][isSmall ? "small" : "full"];
}

export const START = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
export const DAYS = 90;
/** Event by event, this many milliseconds later. */
export function stepMs(events: number): number {
  return Math.floor((DAYS * DAY_MS) / events);
}

/** Values that do not compress, and that both sides know: `(id × 7919 + column × 104729) mod 1000003 / 1000`. */
export function valueSql(column: number): string {
  return `((range * 7919 + ${column * 104_729}) % 1000003) / 1000`;
}
export function valueOf(id: number, column: number): number {
  return ((id * 7919 + column * 104_729) % 1_000_003) / 1000;
}

/** The key of an event. */
export function keyOf(event: number, keys: number): number {
  return (event * 7919) % keys;
}
export function amountOf(event: number): number {
  return ((event * 31) % 10_007) / 100;
}
