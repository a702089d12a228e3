import { ItemLabels } from "../../../datastore/reader/item-labels.ts";
import { readRun } from "../../../datastore/reader/read-run.ts";
import type { TaskSummary } from "../../../datastore/reader/run-summary.ts";
import type { FlowJob } from "../../../engines/engine-jobs.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { ChooseJobsFlags } from "./flags.ts";

/** What tells the tasks of jobs apart; empty where their run is not in this datastore. */
export function jobLabels(
  context: StoreContext,
  { flow, flags }: { flow: string; flags: ChooseJobsFlags },
): (job: FlowJob) => string {
  const runs = new Map<string, ReadonlyMap<number, string>>();
  return ({ run, task }) => {
    if (task === null) return "";
    const known = runs.get(run) ?? labelsIn(context, { flow, flags, run });
    runs.set(run, known);
    return known.get(task) ?? "";
  };
}

function labelsIn(
  context: StoreContext,
  { flow, flags, run }: { flow: string; flags: ChooseJobsFlags; run: string },
): ReadonlyMap<number, string> {
  try {
    const store = context.datastore(flags);
    const labels = new ItemLabels(store.blobs);
    const { tasks } = readRun(store, { flow, run });
    const isUnderWay = ({ status }: TaskSummary) => status === "running" || status === "pending" || status === "stale";
    const shown = flags.ended === true ? tasks : tasks.filter(isUnderWay);
    return new Map(shown.map(({ task, place }) => [task, labels.of(place)]));
  } catch {
    // The engine's answer stands without it.
    return new Map();
  }
}
