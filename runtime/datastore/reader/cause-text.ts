import type { RunTrigger } from "../kinds/run-trigger.ts";
import type { RunDocument } from "../records.ts";

/** Why a deployment started a run, in a few words. */
export function causeText({ events, runs, scheduledAt }: RunTrigger): string {
  const causes = [
    ...(scheduledAt === null ? [] : [`scheduled at ${new Date(scheduledAt).toISOString().slice(0, 16)}Z`]),
    ...(events.length === 0 ? [] : [`event ${[...new Set(events.map(({ name }) => name))].join(", ")}`]),
    ...(runs.length === 0 ? [] : [`after ${runs.join(", ")}`]),
  ];
  return causes.length === 0 ? "by hand" : causes.join("; ");
}

/** Which deployment started a run, and why: `nightly version 3 on local`; both null where a person did. */
export function startOfRun({ deployment, trigger }: Pick<RunDocument, "deployment" | "trigger">): {
  readonly deployment: string | null;
  readonly cause: string | null;
} {
  const { name, version, target } = deployment ?? {};
  return {
    deployment: name === undefined ? null : `${name} version ${version} on ${target}`,
    cause: trigger === undefined ? null : causeText(trigger),
  };
}
