/** This many digits tell runs apart; `--json` has all. */
const DIGITS = 6;

/** A metric's value, short; `-` where there is none. */
export function metricText(value: number | undefined): string {
  if (value === undefined) return "-";
  return Number.isFinite(value) ? String(Number(value.toPrecision(DIGITS))) : String(value);
}
