import { largest } from "../../sdk/base/largest.ts";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { Deployments } from "../datastore/deployments.ts";
import type { DeploymentVersion } from "../datastore/kinds/deployment.ts";
import type { ChangeRequest, ChangedDeployment } from "./change-deployment.ts";
import { installVersion, recordMove, storedPlan } from "./install-version.ts";
import { refuseChange } from "./refuse-change.ts";
import { refuseCycle } from "./refuse-cycle.ts";

export interface RollBackRequest extends ChangeRequest {
  /** Null for the one before the current one. */
  readonly version: number | null;
}

/**
 * Makes an earlier version the current one again, as it was: its target installs it anew.
 * @throws MillraceError where there is no such version, the deployment belongs to another user, or somebody changes it meanwhile
 */
export async function rollBack(request: RollBackRequest): Promise<ChangedDeployment> {
  const { name, store, settings, takesOver } = request;
  const deployments = new Deployments(store.storage);
  const state = deployments.known(name);
  const { username } = settings;
  refuseChange(state, { action: "rollback", username, takesOver });
  const wanted = request.version ?? versionBefore(name, deployments);
  const version = deployments.version(name, wanted);
  refuseAnother(version, deployments.version(name, state.version ?? 0));
  refuseCycle(version, deployments);
  const { isPaused } = state;
  const { version: made, lines } = await installVersion(
    storedPlan({ version, store, settings }, { isPaused, before: state.installed }),
  );
  // It was the current one already, and may not have been what the target had.
  if (wanted === state.version) return { state, isNew: false, lines };
  const move = { action: "rollback", version: wanted, isPaused, installed: made.installed, username } as const;
  const moved = await recordMove({ version: made, store, settings }, { ...move, expected: state.sequence });
  return { state: moved, isNew: true, lines };
}

/** A name may have been given to something else after it was removed: that would go on beside this. */
function refuseAnother(version: DeploymentVersion, current: DeploymentVersion): void {
  if (version.flow === current.flow && version.target === current.target) return;
  const { deployment: name, version: number } = version;
  const of = (one: DeploymentVersion) => `${one.flow} on ${one.target}`;
  throw new MillraceError({
    code: "MILLRACE_DEPLOYMENT",
    headline: `Cannot rollback ${name} to version ${number} because that is ${of(version)}, and ${name} is ${of(current)} now`,
    hint: `call deployment remove ${name}, then deploy the flow again`,
  });
}

/** Of those that were ever current, since the deployment was removed last. */
function versionBefore(name: string, deployments: Deployments): number {
  const all = deployments.moves(name);
  const moves = all.slice(all.findLastIndex(({ action }) => action === "remove") + 1);
  const current = moves.at(-1)?.version ?? 0;
  const were = new Set(moves.flatMap(({ version }) => version ?? []));
  const before = largest([0, ...[...were].filter((version) => version < current)]);
  if (before > 0) return before;
  throw new MillraceError({
    code: "MILLRACE_DEPLOYMENT",
    headline: `Cannot rollback ${name} because no version came before version ${current}`,
    hint: `deployment show ${name} lists its versions`,
  });
}
