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

/** How old the prices are, and what Spot would change. */
export function priceNotes(
  prices: Prices,
  { total, output: { colors }, now = Date.now() }: { total: number; output: Output; now?: number },
): string[] {
  const { asOf, currency, memoryGbHour, spotFactor } = prices;
  return [
    ...(spotFactor === null
      ? []
      : [`on Spot it would be ${currency} ${amountText(total * spotFactor)} (spotFactor ${spotFactor})`]),
    ...(memoryGbHour === 0 ? ["memory costs nothing here: the prices do not say what it does (memoryGbHour)"] : []),
    ageText(asOf, { colors, days: asOf === null ? 0 : ageDays(asOf, now) }),
  ];
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
