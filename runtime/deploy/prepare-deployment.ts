import { queueOf } from "../../sdk/decorators/queue.ts";
import { projectNameOf } from "../../sdk/decorators/project.ts";
import { triggersOf } from "../../sdk/decorators/triggers-of.ts";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import type { BranchChoice } from "../datastore/branch-name.ts";
import type { Datastore } from "../datastore/datastore.ts";
import { Deployments, type DeploymentState, type NewVersion } from "../datastore/deployments.ts";
import type { RunPlan } from "../launch/plan/plan-run.ts";
import { prepare, type PrepareOptions } from "../launch/release/prepare.ts";
import { secretSources } from "../launch/release/secret-sources.ts";
import { projectPlace } from "../launch/run/project-place.ts";
import type { ResolvedRunOptions } from "../launch/run/run-options.ts";
import type { Deployer, DeploymentPlan, DeployTarget } from "./deployer.ts";
import { deploymentName } from "./deployment-name.ts";
import { planOfVersion } from "./plan-of-version.ts";
import { refuseChange } from "./refuse-change.ts";
import { refuseCycle } from "./refuse-cycle.ts";
import { refuseTarget } from "./refuse-target.ts";

export interface DeployRequest extends Omit<PrepareOptions, "secrets" | "accepted" | "onlyStep"> {
  readonly target: DeployTarget;
  /** Values of parameters as texts. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Undefined for the default. */
  readonly name: string | undefined;
  /** Null leaves it as it is. */
  readonly isPaused: true | null;
  readonly takesOver: boolean;
  readonly branch: BranchChoice;
  readonly options: ResolvedRunOptions;
  readonly programName: string;
}

/** A deployment before anything of it is recorded. */
export interface PreparedDeployment {
  /** Of the number that its version is going to have, if nobody else makes one meanwhile. */
  readonly plan: DeploymentPlan;
  readonly deployer: Deployer;
  /** What of the version does not depend on its number. */
  readonly draft: NewVersion;
  /** Sequence of the state that was found. */
  readonly sequence: number;
}

/**
 * Checks all that can be known before something is installed, and stores the release.
 * @param into - where the release is stored, if not where the deployment is
 * @throws MillraceError where the target refuses the flow, or the deployment belongs to another user
 */
export async function prepareDeployment(
  plan: RunPlan,
  request: DeployRequest,
  into: Datastore = request.store,
): Promise<PreparedDeployment> {
  const { target, settings } = request;
  const deployments = new Deployments(request.store.storage);
  const parts = draftOf(plan, request);
  const state = deployments.state(parts.deployment);
  const before = state === null || state.isRemoved ? null : state;
  if (before !== null) refuseOther(before, { deployments, parts, request });
  refuseCycle(parts, deployments);
  const secrets = secretSources(plan.Flow, plan.configs);
  // What a trigger gives in place of it may need to know its default.
  const release = await prepare({ ...plan, given: new Set() }, { ...request, store: into, secrets });
  const draft: NewVersion = { ...parts, release: release.hash };
  const own = planOfVersion({
    ...{ target, settings, store: into, release: release.document },
    version: deployments.versionOf(draft, deployments.nextVersion(draft.deployment)),
    isPaused: request.isPaused ?? before?.isPaused ?? false,
    before: before?.installed ?? null,
  });
  const deployer = await target.load();
  refuseTarget({ target, deployer, plan: own, secrets });
  return { plan: own, deployer, draft, sequence: state?.sequence ?? 0 };
}

type Parts = Omit<NewVersion, "release">;

function draftOf({ Flow, graph: { flow }, tags }: RunPlan, request: DeployRequest): Parts {
  const { target, settings, options, programName, parameters, branch } = request;
  const { username } = settings;
  const project = projectPlace(projectNameOf(Flow), { flow, username, ...branch });
  return {
    deployment: deploymentName(request.name, { flow, project }),
    ...{ target: target.name, flow, username, project, programName, parameters, tags, options },
    triggers: triggersOf(Flow),
    queue: queueOf(Flow),
  };
}

interface Other {
  readonly deployments: Deployments;
  readonly parts: Parts;
  readonly request: DeployRequest;
}

/** What bears the name already has to be the same deployment. */
function refuseOther(state: DeploymentState, { deployments, parts, request }: Other): void {
  const { name, version } = state;
  refuseChange(state, { action: "deploy", username: parts.username, takesOver: request.takesOver });
  const current = version === null ? null : deployments.version(name, version);
  if (current === null || (current.flow === parts.flow && current.target === parts.target)) return;
  const isFlow = current.flow !== parts.flow;
  throw new MillraceError({
    code: "MILLRACE_DEPLOYMENT",
    headline: `Cannot deploy ${parts.flow} as ${name} because ${name} ${isFlow ? `is a deployment of ${current.flow}` : `is deployed to ${current.target}, which would go on running it`}`,
    hint: `choose another name with --name, or call deployment remove ${name} first`,
  });
}
