import { largest } from "../../sdk/base/largest.ts";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { Deployments } from "../datastore/deployments.ts";
import { readRelease } from "../datastore/kinds/release.ts";
import type { ChangeRequest, ChangedDeployment } from "./change-deployment.ts";
import { targetNamed } from "./index.ts";
import { planOfVersion } from "./plan-of-version.ts";
import { refuseChange } from "./refuse-change.ts";

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
  if (wanted === state.version) return { state, isNew: false };
  const version = deployments.version(name, wanted);
  const { isPaused } = state;
  const target = targetNamed(version.target);
  const deployer = await target.load();
  const release = readRelease(store.blobs, version.release);
  const plan = planOfVersion({ target, version, release, isPaused, store, settings });
  const { installed } = await deployer.install(plan);
  if (isPaused) await deployer.setPaused({ ...plan, version: { ...version, installed } }, true);
  const move = { action: "rollback", version: wanted, isPaused, installed, username } as const;
  return { state: deployments.move(name, { ...move, expected: state.sequence }), isNew: true };
}

/** Of those that were ever current. */
function versionBefore(name: string, deployments: Deployments): number {
  const moves = deployments.moves(name);
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
