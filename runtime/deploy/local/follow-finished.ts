import { Fires, finishFire } from "../../datastore/fires.ts";
import type { ProjectPlace } from "../../datastore/records.ts";
import type { RunHeader } from "../../datastore/reader/run-summary.ts";
import { fire } from "./fire.ts";
import { OneByOne } from "./one-by-one.ts";
import type { SchedulerContext } from "./scheduler-context.ts";

/**
 * Starts the deployments that follow a run: if it succeeded, and those of the same branch of the same project.
 * @throws what kept one of them from it, after the others have started
 */
export async function followFinished(context: SchedulerContext, header: RunHeader): Promise<void> {
  const { store, settings, deployments, tell } = context;
  const { flow, run, status, document, finishedAt } = header;
  if (status !== "succeeded" || document.deployment === undefined) return;
  const fires = new Fires(store.storage);
  const name = finishFire({ flow, run });
  const others = new OneByOne();
  for (const { name: deployment, version, since } of deployments.active.values()) {
    if (!version.triggers.finishes.some((rule) => rule.flow === flow)) continue;
    if (!isSameBranch(version.project, document.project ?? null) || (finishedAt ?? 0) < since) continue;
    await others.also(async () => {
      if (fires.has(deployment, name)) return;
      const trigger = { events: [], runs: [`${flow}/${run}`], scheduledAt: null };
      const fired = await fire(store, version, { name, trigger, settings, parameters: {} });
      if (fired.isNew) tell({ type: "fired", deployment, fire: name, run: fired.run });
    });
  }
  others.done();
}

function isSameBranch(one: ProjectPlace | null, other: ProjectPlace | null): boolean {
  return one?.name === other?.name && one?.branch === other?.branch;
}
