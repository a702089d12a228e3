import { openDatastore } from "../../runtime/datastore/datastore.ts";

/** When the tasks of a run started and ended, in the order in which they ended; milliseconds since 1970. */
export interface TaskTimes {
  readonly step: string;
  readonly startedMs: number;
  readonly endedMs: number;
}

/** Reads the journal of the one run in a store. */
export function taskTimes(datastore: string): readonly TaskTimes[] {
  const store = openDatastore(datastore);
  const [flow = ""] = store.flows();
  const [run = ""] = store.runs(flow);
  const started = new Map<number, { step: string; time: number }>();
  const times: TaskTimes[] = [];
  for (const event of store.record(flow, run).events()) {
    if (event.type === "task-started") started.set(event.task, event);
    if (event.type !== "task-succeeded") continue;
    const { step = "", time = NaN } = started.get(event.task) ?? {};
    times.push({ step, startedMs: time, endedMs: event.time });
  }
  return times;
}
