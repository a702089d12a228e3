import type { Datastore } from "../datastore/datastore.ts";
import { Deployments, type DeploymentState } from "../datastore/deployments.ts";
import type { Settings } from "../settings/read-settings.ts";
import type { DeployedVersion } from "./deployer.ts";
import { targetNamed } from "./index.ts";
import { recordMove } from "./install-version.ts";
import { refuseChange } from "./refuse-change.ts";

export interface ChangeRequest {
  readonly name: string;
  readonly store: Datastore;
  readonly settings: Settings;
  readonly takesOver: boolean;
}

export interface ChangedDeployment {
  readonly state: DeploymentState;
  /** False where it was so already. */
  readonly isNew: boolean;
  /** What the target has to say. */
  readonly lines: readonly string[];
}

/**
 * Pauses, unpauses or removes a deployment, at its target first. The versions of one that was removed stay.
 * @throws MillraceError where there is none, it belongs to another user, or somebody changes it meanwhile
 */
export async function changeDeployment(
  action: "pause" | "unpause" | "remove",
  request: ChangeRequest,
): Promise<ChangedDeployment> {
  const { name, store, settings, takesOver } = request;
  const deployments = new Deployments(store.storage);
  const state = deployments.known(name);
  const { username } = settings;
  refuseChange(state, { action, username, takesOver });
  const isPaused = action === "pause" || (action === "remove" && state.isPaused);
  const current = deployments.currentOf({ ...state, version: state.version ?? 0 });
  const of: DeployedVersion = { version: current, store, settings };
  const deployer = await targetNamed(of.version.target).load();
  const lines = action === "remove" ? await deployer.remove(of) : [];
  if (action !== "remove") await deployer.setPaused(of, isPaused);
  // The target was asked nevertheless: whoever changed it last may have died before that was recorded.
  if (action !== "remove" && state.isPaused === isPaused) {
    // Somebody else's change that came in between was overwritten there, and this one has to be recorded after it.
    const isChanged = deployments.state(name)?.sequence !== state.sequence;
    return isChanged ? changeDeployment(action, request) : { state, isNew: false, lines };
  }
  const version = action === "remove" ? null : state.version;
  const installed = action === "remove" ? null : state.installed;
  const move = { action, version, isPaused, installed, username, expected: state.sequence };
  return { state: await recordMove(of, move), isNew: true, lines };
}
