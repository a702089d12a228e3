import { isRecord } from "../../../sdk/base/is-record.ts";
import type { EventRule } from "../../../sdk/base/triggers.ts";
import type { TriggerEvent } from "../../datastore/kinds/run-trigger.ts";

/**
 * The parameters that events give by the fields of their data, as texts. Of several events with the same field the last one
 * counts; a field that is missing leaves the parameter as it is.
 */
export function eventParameters(rule: EventRule, events: readonly TriggerEvent[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { data } of events) {
    if (!isRecord(data)) continue;
    for (const [field, parameter] of Object.entries(rule.parameters)) {
      const value = Object.hasOwn(data, field) ? data[field] : undefined;
      if (value === undefined || value === null) continue;
      found[parameter] = typeof value === "string" ? value : JSON.stringify(value);
    }
  }
  return found;
}
