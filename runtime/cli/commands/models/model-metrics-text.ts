import type { ModelVersion } from "../../../datastore/kinds/model-version.ts";
import { numberOf } from "../../../datastore/last-values.ts";
import { metricText } from "../../show/metric-text.ts";

/** More would hide what stands beside them; `--json` has all. */
const MAX_SHOWN = 6;

/** `auc 0.91, loss 0.3`; empty where there are none. */
export function modelMetricsText({ metrics }: ModelVersion, max = MAX_SHOWN): string {
  const all = Object.entries(metrics);
  const shown = all.slice(0, max).map(([name, value]) => `${name} ${metricText(numberOf(value))}`);
  const left = all.length - shown.length;
  return [...shown, ...(left === 0 ? [] : [`and ${left} more`])].join(", ");
}
