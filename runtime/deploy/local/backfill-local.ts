import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { instantFire } from "../../datastore/fires.ts";
import type { DeploymentVersion } from "../../datastore/kinds/deployment.ts";
import { newRunId } from "../../datastore/new-run-id.ts";
import type { BackfilledInstant, BackfillSpan, DeployedVersion } from "../deployer.ts";
import { instantsBetween } from "../triggers/next-instants.ts";
import { fire } from "./fire.ts";

/**
 * Queues one run for each instant of the deployment's schedules in a span of the past: those that had a run have it still.
 * @throws MillraceError where no schedule fires in that span, or the deployment has none
 */
export async function backfillLocal(
  { version, store, settings }: DeployedVersion,
  span: BackfillSpan,
): Promise<BackfilledInstant[]> {
  const { maxActive, now } = span;
  const limit = maxActive === null ? {} : { limit: { name: `backfill-${newRunId(now)}`, runs: maxActive } };
  const done: BackfilledInstant[] = [];
  for (const instant of instantsOf(version, span)) {
    const order = { trigger: { events: [], runs: [], scheduledAt: instant }, parameters: {}, settings, ...limit };
    const fired = await fire(store, version, { ...order, name: instantFire(instant) });
    // It was passed over at its time: that stays on record beside the run that it gets now.
    const own =
      fired.skipped === null
        ? fired
        : await fire(store, version, { ...order, name: `${instantFire(instant)}-backfill` });
    done.push({ instant, run: own.run, isNew: own.isNew });
  }
  return done;
}

function instantsOf({ deployment, triggers }: DeploymentVersion, { from, to, now }: BackfillSpan): number[] {
  const instants = new Set<number>();
  for (const rule of triggers.schedules) {
    const [begin, end] = [from(rule.timezone), to(rule.timezone)];
    if (begin >= end) throw refused(deployment, "--from is not before --to", "--from is included, --to is not");
    if (end > now + DAY_MS)
      throw refused(deployment, "--to is in the future", "the instants to come get their runs by themselves");
    for (const instant of instantsBetween(rule, begin, Math.min(end, now))) instants.add(instant);
  }
  if (triggers.schedules.length === 0) throw refused(deployment, "it has no schedule", "trigger it by hand instead");
  if (instants.size === 0)
    throw refused(deployment, "none of its schedules fires in that span", "schedules --simulate shows when they fire");
  return [...instants].sort((a, b) => a - b);
}

/** Today may be given as the day that is not included any more. */
const DAY_MS = 86_400_000;

function refused(deployment: string, because: string, hint: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_DEPLOYMENT",
    headline: `Cannot backfill ${deployment} because ${because}`,
    hint,
  });
}
