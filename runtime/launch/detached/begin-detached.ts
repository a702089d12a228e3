import { LaunchOrders } from "../../datastore/launch-orders.ts";
import type { RunDocument } from "../../datastore/records.ts";
import { type PlanLaunchOptions, stageOfPlan } from "../launch-run.ts";
import type { RunPlan } from "../plan/plan-run.ts";
import { beginRun } from "../run/start.ts";

/**
 * Prepares a release of the flow and begins a run of it; another process drives it, which finds all it needs in the
 * datastore: see `driveDetached`.
 */
export async function beginDetached(plan: RunPlan, launch: PlanLaunchOptions): Promise<RunDocument> {
  const { origin, parameters, tags } = plan;
  const staged = await stageOfPlan(plan, launch);
  const { store, engines } = staged;
  try {
    const release = await staged.prepare();
    const { document } = beginRun({ ...launch, store, release, origin, parameters, tags });
    const { programName, options } = launch;
    new LaunchOrders(store.storage, document).write({ programName, options });
    store.storage.flush();
    launch.on.created(document);
    return document;
  } finally {
    await engines.close();
  }
}
