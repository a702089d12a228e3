import { hasCode, MillraceError } from "../../sdk/base/millrace-error.ts";
import { messageOf } from "../../sdk/base/message-of.ts";
import { Deployments, type DeploymentState, type NewMove } from "../datastore/deployments.ts";
import type { DeploymentVersion } from "../datastore/kinds/deployment.ts";
import { readRelease } from "../datastore/kinds/release.ts";
import type { DeployedVersion, DeploymentPlan } from "./deployer.ts";
import { targetNamed } from "./index.ts";
import { planOfVersion, type PlanOfVersionOptions } from "./plan-of-version.ts";

export interface InstalledVersion {
  /** With what the target made of it. */
  readonly version: DeploymentVersion;
  /** What the target has to say. */
  readonly lines: readonly string[];
}

/** Has the target of a version install it. Done again, it leaves the same. */
export async function installVersion(plan: DeploymentPlan): Promise<InstalledVersion> {
  const deployer = await targetNamed(plan.version.target).load();
  const { installed, lines } = await deployer.install(plan);
  return { version: { ...plan.version, installed }, lines };
}

/** What the target is told of a version that was made before. */
export function storedPlan(
  { version, store, settings }: DeployedVersion,
  { isPaused, before }: Pick<PlanOfVersionOptions, "isPaused" | "before">,
): DeploymentPlan {
  const release = readRelease(store.blobs, version.release);
  return planOfVersion({ target: targetNamed(version.target), version, release, isPaused, before, store, settings });
}

/**
 * Records a change that the target has carried out. Where somebody else's change came first, the target gets what that one
 * recorded, and this one is refused.
 * @throws MillraceError `MILLRACE_DEPLOYMENT` saying who was first
 */
export async function recordMove(made: DeployedVersion, move: NewMove): Promise<DeploymentState> {
  const { deployment } = made.version;
  try {
    return new Deployments(made.store.storage).move(deployment, move);
  } catch (error) {
    if (hasCode(error, "MILLRACE_DEPLOYMENT")) await restore(made, { move, refusal: error as MillraceError });
    throw error;
  }
}

interface Lost {
  readonly move: NewMove;
  readonly refusal: MillraceError;
}

async function restore(made: DeployedVersion, { move, refusal }: Lost): Promise<void> {
  const { version, store, settings } = made;
  const state = new Deployments(store.storage).state(version.deployment);
  try {
    if (state === null || state.version === null) {
      await (await targetNamed(version.target).load()).remove(made);
      return;
    }
    const current = new Deployments(store.storage).currentOf({ ...state, version: state.version });
    const { isPaused } = state;
    const installed = await installVersion(
      storedPlan({ version: current, store, settings }, { isPaused, before: version.installed }),
    );
    // A target may keep what is paused so, whatever is installed there.
    if (move.isPaused && !isPaused)
      await (await targetNamed(current.target).load()).setPaused({ ...installed, store, settings }, false);
  } catch (cause) {
    throw new MillraceError({
      code: "MILLRACE_DEPLOYMENT",
      headline: refusal.headline,
      details: [`its target could not be set back to that: ${messageOf(cause)}`],
      hint: `deployment rollback ${version.deployment} ${state?.version ?? ""} installs it again`,
      cause,
    });
  }
}
