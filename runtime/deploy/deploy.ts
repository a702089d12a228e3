import { hasCode, MillraceError } from "../../sdk/base/millrace-error.ts";
import { datastoreOn, prepareDatastore } from "../datastore/datastore.ts";
import { Deployments, type DeploymentState } from "../datastore/deployments.ts";
import type { DeploymentVersion } from "../datastore/kinds/deployment.ts";
import type { RunPlan } from "../launch/plan/plan-run.ts";
import { installVersion, recordMove } from "./install-version.ts";
import { type DeployRequest, prepareDeployment } from "./prepare-deployment.ts";

export interface Deployed {
  /** With what the target made of it. */
  readonly version: DeploymentVersion;
  readonly state: DeploymentState;
  /** What was installed. */
  readonly spec: string;
  /** What the target has to say. */
  readonly lines: readonly string[];
}

/** What would be installed. */
export type DeploymentSpec = Pick<Deployed, "version" | "spec">;

/**
 * Makes the next version of a deployment, has the target install it, and makes it the current one. Cut off in between, it
 * leaves the version before as the current one; what is installed by then, another `deploy` replaces.
 * @throws MillraceError where the target refuses the flow, it belongs to another user, or somebody changed it meanwhile
 */
export async function deploy(plan: RunPlan, request: DeployRequest): Promise<Deployed> {
  const { store } = request;
  prepareDatastore(store);
  const { plan: prepared, deployer, draft, sequence: expected } = await prepareDeployment(plan, request);
  const deployments = new Deployments(store.storage);
  store.storage.flush();
  const version = deployments.add(draft);
  const { isPaused = false } = prepared;
  const own = { ...prepared, version };
  const spec = deployer.spec(own);
  const { version: made, lines } = await installVersion(own);
  const move = { action: "deploy", version: version.version, isPaused, installed: made.installed } as const;
  try {
    const state = await recordMove({ ...own, version: made }, { ...move, username: version.username, expected });
    return { version: made, state, spec, lines };
  } catch (error) {
    throw hasCode(error, "MILLRACE_DEPLOYMENT") ? lost(error as MillraceError, version) : error;
  }
}

/** The version that `deploy` would make, and the document of it that it would install: nothing is written anywhere. */
export async function specOf(plan: RunPlan, request: DeployRequest): Promise<DeploymentSpec> {
  const { memoryStorage } = await import("../../sdk/testing/memory-storage.ts");
  const { location, folder, isRemote } = request.store.storage;
  // Targets see the place where the deployment is going to be.
  const into = datastoreOn({ ...memoryStorage(), location, folder, isRemote });
  const { plan: prepared, deployer } = await prepareDeployment(plan, request, into);
  return { version: prepared.version, spec: deployer.spec(prepared) };
}

function lost({ headline, details, hint }: MillraceError, { deployment, version }: DeploymentVersion): MillraceError {
  return new MillraceError({
    code: "MILLRACE_DEPLOYMENT",
    headline,
    details: [
      ...details,
      `yours is version ${version}: deployment rollback ${deployment} ${version} makes it the current one`,
    ],
    hint: hint ?? "",
  });
}
