/**
 * An instant as JSON has it, with as many digits of a second as it has: three, or six or nine of an instant that is finer.
 *
 * @param value - units since 1970
 * @throws Error for one that no calendar has
 */
export function instantText(value: bigint, perSecond: bigint): string {
  const nanos = (value * NANOS) / perSecond;
  const rest = ((nanos % MILLION) + MILLION) % MILLION;
  const millis = Number((nanos - rest) / MILLION);
  const date = new Date(millis);
  if (Number.isNaN(date.getTime())) throw new Error(`an instant is out of the range of dates: ${value}`);
  const text = date.toISOString();
  if (rest === 0n) return text;
  const digits = String(rest).padStart(6, "0");
  return `${text.slice(0, -1)}${digits.endsWith("000") ? digits.slice(0, 3) : digits}Z`;
}

const NANOS = 1_000_000_000n;
const MILLION = 1_000_000n;
