import { MillraceError } from "../../sdk/base/millrace-error.ts";
import type { Deployments } from "../datastore/deployments.ts";
import type { DeploymentVersion } from "../datastore/kinds/deployment.ts";

/** What decides whether one deployed flow starts another. */
type Follower = Pick<DeploymentVersion, "deployment" | "flow" | "project" | "triggers">;

/**
 * Refuses a deployment by which flows of one branch would start each other for ever.
 * @throws MillraceError `MILLRACE_DEPLOYMENT` that names the flows
 */
export function refuseCycle(version: Follower, deployments: Deployments): void {
  if (version.triggers.finishes.length === 0) return;
  const others = deployments
    .all()
    .map((one) => one.version)
    .filter((other) => other.deployment !== version.deployment && placeOf(other) === placeOf(version));
  const cycle = cycleThrough(version.flow, [version, ...others]);
  if (cycle === null) return;
  throw new MillraceError({
    code: "MILLRACE_DEPLOYMENT",
    headline: `Cannot have ${version.flow} start by itself because deployed flows would start each other for ever: ${cycle.join(" → ")}`,
    hint: "remove one @triggerOnFinish of them, or deploy to another branch of the project",
  });
}

/** The flows on the shortest way from a flow to itself, with it at both ends; null where there is none. */
function cycleThrough(flow: string, all: readonly Follower[]): string[] | null {
  const ways = [[flow]];
  const seen = new Set<string>();
  for (const way of ways) {
    const last = way.at(-1) ?? "";
    for (const { flow: next, triggers } of all) {
      if (!triggers.finishes.some((rule) => rule.flow === last)) continue;
      if (next === flow) return [...way, next];
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  return null;
}

function placeOf({ project }: Follower): string {
  return project === null ? "" : `${project.name}/${project.branch}`;
}
