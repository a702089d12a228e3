import { type LastValue, numberOf } from "../../datastore/last-values.ts";
import { metricText } from "./metric-text.ts";

/** More would hide what stands beside them; `--json` has all. */
const MAX_SHOWN = 12;

/** What stands last in each series, on one line: `loss 0.31 (step 19), accuracy 0.92 (step 19)`; empty where there are none. */
export function metricsLine(last: Iterable<readonly [string, LastValue]>): string {
  const all = [...last];
  const shown = all.slice(0, MAX_SHOWN).map(([name, { step, value }]) => {
    const at = step === 0 ? "" : ` (step ${step})`;
    return `${name} ${metricText(numberOf(value))}${at}`;
  });
  const left = all.length - shown.length;
  return [...shown, ...(left === 0 ? [] : [`and ${left} more`])].join(", ");
}
