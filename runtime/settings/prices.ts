import { isRecord } from "../../sdk/base/is-record.ts";
import { nearest } from "../../sdk/base/nearest.ts";

/** Key of the prices in `millrace.config.json`. */
export const PRICES = "prices";

/** What an hour of what tasks ask for costs. */
export interface Prices {
  /** Of all amounts: `USD`. */
  readonly currency: string;
  /** The day that they are of: `2026-11-01`; null where nobody said. */
  readonly asOf: string | null;
  /** Of a processor. */
  readonly cpuHour: number;
  /** Of a GB of 2^30 bytes. */
  readonly memoryGbHour: number;
  /** Of a GPU, by words of its model's name, as in `A100`; `default` is that of any other. */
  readonly gpuHour: Readonly<Record<string, number>>;
  /** What is paid on Spot, as a share of these prices; null where nobody said. */
  readonly spotFactor: number | null;
}

type Finding = (value: unknown) => string | null;

const amount: Finding = (value) =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 ? null : "a number of 0 or more";

const CHECKS: Readonly<Record<keyof Prices, Finding>> = {
  currency: (value) =>
    typeof value === "string" && /^[A-Z]{3}$/.test(value) ? null : "a currency's three letters, as in USD",
  asOf: (value) => (value === undefined || isDay(value) ? null : "a day that is not in the future, as in 2026-11-01"),
  cpuHour: amount,
  memoryGbHour: (value) => (value === undefined ? null : amount(value)),
  gpuHour: (value) => {
    if (value === undefined || amount(value) === null) return null;
    const isTable = isRecord(value) && Object.keys(value).length > 0;
    const isPriced =
      isTable && Object.entries(value).every(([name, price]) => /[a-z0-9]/i.test(name) && amount(price) === null);
    return isPriced ? null : 'a number of 0 or more, or one by model, as in {"default": 2.5, "A100": 3.2}';
  },
  spotFactor: (value) =>
    value === undefined || (typeof value === "number" && value > 0 && value <= 1)
      ? null
      : "a number above 0, at most 1",
};
const NAMES = Object.keys(CHECKS) as (keyof Prices)[];

/** What is wrong with what a file says of prices, each with what is wanted. */
export function pricesFindings(value: unknown): string[] {
  if (!isRecord(value))
    return [`${PRICES}: ${seenText(value)}; wanted: an object, as in {"currency": "USD", "cpuHour": 0.04}`];
  const unknown = Object.keys(value).filter((key) => !NAMES.includes(key as keyof Prices));
  return [
    ...unknown.map((key) => {
      const meant = nearest(key, NAMES);
      return `${PRICES}.${key}: no price has that name; ${meant === null ? `there are ${NAMES.join(", ")}` : `did you mean ${meant}?`}`;
    }),
    ...NAMES.flatMap((name) => {
      const wanted = CHECKS[name](value[name]);
      return wanted === null ? [] : [`${PRICES}.${name}: ${seenText(value[name])}; wanted: ${wanted}`];
    }),
  ];
}

/** @param value - without {@link pricesFindings} */
export function pricesIn(value: unknown): Prices {
  const {
    currency,
    asOf = null,
    cpuHour,
    memoryGbHour = 0,
    gpuHour = {},
    spotFactor = null,
  } = value as Partial<Prices>;
  const byModel: unknown = gpuHour;
  return {
    ...{ currency: currency ?? "", asOf, cpuHour: cpuHour ?? 0, memoryGbHour, spotFactor },
    gpuHour: typeof byModel === "number" ? { default: byModel } : gpuHour,
  };
}

function seenText(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value);
}

/** In some place of the world it is that day by now. */
function isDay(value: unknown): boolean {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value) && time <= Date.now() + 86_400_000;
}
