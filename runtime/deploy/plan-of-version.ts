import type { DeploymentVersion } from "../datastore/kinds/deployment.ts";
import type { ReleaseDocument } from "../datastore/release-document.ts";
import type { DeployedVersion, DeploymentPlan, DeployTarget } from "./deployer.ts";
import { frameOf } from "./frames/frame.ts";

export interface PlanOfVersionOptions extends DeployedVersion {
  readonly target: DeployTarget;
  readonly release: ReleaseDocument;
  readonly version: DeploymentVersion;
  readonly isPaused: boolean;
  readonly before: unknown;
}

/** What a target is told of a version that it installs. */
export function planOfVersion({ target, ...of }: PlanOfVersionOptions): DeploymentPlan {
  const { graph, engines } = of.release;
  return {
    ...of,
    name: of.version.deployment,
    graph,
    frame: frameOf(graph),
    engineOf: (step) => engines[step] ?? target.engine,
  };
}
