import type { AnyClass } from "../base/metadata.ts";
import type { Triggers } from "../base/triggers.ts";
import { schedulesOf } from "./schedule.ts";
import { eventRulesOf } from "./trigger.ts";
import { finishRulesOf } from "./trigger-on-finish.ts";

/** What a flow's class says of when its deployments run, with every default. */
export function triggersOf(flow: AnyClass): Triggers {
  return { schedules: schedulesOf(flow), events: eventRulesOf(flow), finishes: finishRulesOf(flow) };
}
