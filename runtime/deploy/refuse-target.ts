import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { providerOf } from "../secrets/providers/index.ts";
import type { SecretSources } from "../launch/release/secret-sources.ts";
import type { Deployer, DeploymentPlan, DeployTarget, TargetRefusal } from "./deployer.ts";

export interface RefuseTargetOptions {
  readonly target: DeployTarget;
  readonly deployer: Deployer;
  readonly plan: DeploymentPlan;
  readonly secrets: SecretSources;
}

/** @throws MillraceError `MILLRACE_TARGET` that lists every step that the target cannot run, and why */
export function refuseTarget({ target, deployer, plan, secrets }: RefuseTargetOptions): void {
  const refusals = [...(target.starts === "run" ? [] : keptSecrets(plan, secrets)), ...deployer.refusals(plan)];
  if (refusals.length === 0) return;
  const said = refusals.map(({ step, reason }) => (step === null ? reason : `${step}: ${reason}`));
  throw new MillraceError({
    code: "MILLRACE_TARGET",
    headline: `Cannot deploy ${plan.version.flow} ${target.where} because ${refusals.length === 1 ? said[0] : `of ${refusals.length} things that it cannot do`}`,
    details: refusals.length === 1 ? [] : said,
    hint: "change what is named, or deploy local: that runs every flow",
  });
}

/** Nobody is there who could hand them over: each task is started by itself. On a target's own machines it reads them there. */
function keptSecrets({ release, engineOf }: DeploymentPlan, secrets: SecretSources): TargetRefusal[] {
  const at = { flowFile: release.place.file };
  return [...secrets]
    .filter(
      ([step, sources]) =>
        engineOf(step) !== "local" && sources.some((source) => providerOf(source).readBy(source, at) === "launcher"),
    )
    .map(([step]) => ({
      step,
      reason: "its secrets are on this machine and do not leave it: use a source that the task reads by itself",
    }));
}
