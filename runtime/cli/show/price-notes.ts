import type { Prices } from "../../settings/prices.ts";
import type { Output } from "../output.ts";

/** `1.23`, `0.0042`, `1,230`: amounts of one currency, of which small ones matter as well. */
export function amountText(amount: number): string {
  if (amount === 0) return "0";
  if (amount < 0.0001) return "< 0.0001";
  if (amount < 0.1) return amount.toFixed(4);
  return amount < 1000 ? amount.toFixed(2) : Math.round(amount).toLocaleString("en");
}

const DAY_MS = 86_400_000;
/** Older prices had better be looked at. */
const OLD_DAYS = 90;

interface PriceNotesOptions {
  readonly total: number;
  /** Of that, and for how many attempts, what is known to have been paid on Spot. @defaultValue nothing */
  readonly paid?: { readonly spot: number; readonly spotAttempts: number };
  readonly output: Output;
  readonly now?: number;
}

/** How old the prices are, and what Spot changed or would change. */
export function priceNotes(prices: Prices, options: PriceNotesOptions): string[] {
  const { total, paid = { spot: 0, spotAttempts: 0 }, output, now = Date.now() } = options;
  const { colors } = output;
  const { asOf, currency, memoryGbHour, spotFactor } = prices;
  return [
    ...spotNotes(),
    ...(memoryGbHour === 0 ? ["memory costs nothing here: the prices do not say what it does (memoryGbHour)"] : []),
    ageText(asOf, { colors, days: asOf === null ? 0 : ageDays(asOf, now) }),
  ];

  function spotNotes(): string[] {
    const { spot, spotAttempts } = paid;
    const attempts = spotAttempts === 1 ? "1 attempt" : `${spotAttempts} attempts`;
    if (spotFactor === null)
      return spotAttempts === 0
        ? []
        : [`${attempts} ran on Spot and count in full: the prices do not say what that costs (spotFactor)`];
    const all = `${currency} ${amountText(spot + (total - spot) * spotFactor)} (spotFactor ${spotFactor})`;
    if (spotAttempts === 0) return [`on Spot it would be ${all}`];
    return [`${currency} ${amountText(spot)} of it is for ${attempts} on Spot; all on Spot would be ${all}`];
  }
}

/** Whole days since then; none before that day is over. */
export function ageDays(asOf: string, now = Date.now()): number {
  return Math.max(Math.floor((now - Date.parse(`${asOf}T00:00:00Z`)) / DAY_MS), 0);
}

function ageText(asOf: string | null, { days, colors }: { days: number } & Pick<Output, "colors">): string {
  if (asOf === null) return colors.dim("the prices do not say of which day they are (asOf)");
  const text = `prices of ${asOf}, ${days === 1 ? "1 day" : `${days} days`} old`;
  return days > OLD_DAYS ? colors.yellow(`note: ${text}: see whether they still hold`) : colors.dim(text);
}
