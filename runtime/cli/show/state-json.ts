import type { DeploymentState } from "../../datastore/deployments.ts";
import type { DeploymentVersion } from "../../datastore/kinds/deployment.ts";
import { versionJson } from "./version-json.ts";

/** A deployment for programs: what it is now, and its current version. */
export function stateJson(
  { name, sequence, action, isPaused, username, host, time, installed }: DeploymentState,
  { version, now }: { readonly version: DeploymentVersion; readonly now: number },
): object {
  const move = { sequence, action, username, host, time: new Date(time).toISOString() };
  return {
    name,
    version: version.version,
    isPaused,
    owner: username,
    move,
    installed,
    current: versionJson(version, now),
  };
}
