import type { DeploymentVersion } from "../../datastore/kinds/deployment.ts";
import { nextInstants } from "../../deploy/triggers/next-instants.ts";

/** A version of a deployment for programs, each schedule with the instant that it fires at next. */
export function versionJson({ format: _, ...version }: DeploymentVersion, now: number): object {
  const schedules = version.triggers.schedules.map((rule) => {
    const [next = null] = nextInstants(rule, now, 1);
    return { ...rule, next: next === null ? null : new Date(next).toISOString() };
  });
  return { ...version, triggers: { ...version.triggers, schedules } };
}
