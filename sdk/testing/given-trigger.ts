import { MillraceError } from "../base/millrace-error.ts";
import type { CurrentEvent, CurrentTrigger } from "../base/host.ts";
import { faultIn } from "../../runtime/datastore/shapes/checks.ts";
import { type RunTrigger, runTrigger } from "../../runtime/datastore/kinds/run-trigger.ts";

/** What a run or a step finds as `current.trigger`, as if a deployment had started it. */
export interface GivenTrigger {
  /** Events that it consumed, oldest first; only their names are needed. @defaultValue none */
  readonly events?: readonly (Pick<CurrentEvent, "name"> & Partial<CurrentEvent>)[];
  /** Runs that finished, each as `Flow/run`. @defaultValue none */
  readonly runs?: CurrentTrigger["runs"];
  /** The instant of the schedule. @defaultValue null */
  readonly scheduledAt?: Date | null;
}

/** @throws MillraceError `MILLRACE_USAGE` for what is no trigger */
export function recordedTrigger({ events = [], runs = [], scheduledAt = null }: GivenTrigger): RunTrigger {
  const trigger: RunTrigger = {
    events: events.map(({ id = "test", name, data = null, publishedAt = new Date(0) }) => {
      return { id, name, data: jsonOf(data), publishedAt: publishedAt.getTime() };
    }),
    runs,
    scheduledAt: scheduledAt?.getTime() ?? null,
  };
  const fault = faultIn(runTrigger, trigger);
  if (fault === null) return trigger;
  throw new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot use the trigger because it is not one: ${fault}`,
    hint: 'give one as { events: [{ name: "rates", data: { date: "2026-03-14" } }], runs: ["EtlFlow/1"], scheduledAt: new Date() }',
  });
}

/** As it would have come to the datastore. */
function jsonOf(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data) ?? "null") as unknown;
}
