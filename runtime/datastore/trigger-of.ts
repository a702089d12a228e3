import type { CurrentTrigger } from "../../sdk/base/host.ts";
import type { RunTrigger } from "./kinds/run-trigger.ts";

/** A trigger as people see it, a copy of their own each time. */
export function triggerOf({ events, runs, scheduledAt }: RunTrigger): CurrentTrigger {
  return {
    events: events.map(({ id, name, data, publishedAt }) => {
      return { id, name, data: structuredClone(data) ?? null, publishedAt: new Date(publishedAt) };
    }),
    runs: [...runs],
    scheduledAt: scheduledAt === null ? null : new Date(scheduledAt),
  };
}
