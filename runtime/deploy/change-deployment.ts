import type { Datastore } from "../datastore/datastore.ts";
import { Deployments, type DeploymentState } from "../datastore/deployments.ts";
import type { Settings } from "../settings/read-settings.ts";
import type { DeployedVersion } from "./deployer.ts";
import { targetNamed } from "./index.ts";
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
}

/**
 * Pauses, unpauses or removes a deployment, at its target first. The versions of one that was removed stay.
 * @throws MillraceError where there is none, it belongs to another user, or somebody changes it meanwhile
 */
export async function changeDeployment(
  action: "pause" | "unpause" | "remove",
  { name, store, settings, takesOver }: ChangeRequest,
): Promise<ChangedDeployment> {
  const deployments = new Deployments(store.storage);
  const state = deployments.known(name);
  const { username } = settings;
  refuseChange(state, { action, username, takesOver });
  const isPaused = action === "pause" || (action === "remove" && state.isPaused);
  if (action !== "remove" && state.isPaused === isPaused) return { state, isNew: false };
  const of: DeployedVersion = { version: deployments.knownVersion(name), store, settings };
  const deployer = await targetNamed(of.version.target).load();
  if (action === "remove") await deployer.remove(of);
  else await deployer.setPaused(of, isPaused);
  const version = action === "remove" ? null : state.version;
  const installed = action === "remove" ? null : state.installed;
  const move = { action, version, isPaused, installed, username, expected: state.sequence };
  return { state: deployments.move(name, move), isNew: true };
}
