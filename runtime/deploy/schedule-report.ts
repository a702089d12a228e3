import { largest } from "../../sdk/base/largest.ts";
import type { Datastore } from "../datastore/datastore.ts";
import { Deployments, type DeploymentState } from "../datastore/deployments.ts";
import { Fires, instantFire } from "../datastore/fires.ts";
import type { DeploymentVersion, ScheduleRule } from "../datastore/kinds/deployment.ts";
import type { ProductionSchedulerRecord } from "../datastore/kinds/production-scheduler.ts";
import { ProductionSchedulers } from "../datastore/production-schedulers.ts";
import { instantsBetween, nextInstants } from "./triggers/next-instants.ts";
import type { WrittenInstant } from "./triggers/read-instant.ts";

/**
 * `due`: it will fire. `late`: it should have fired, and still will. `missed`: it has passed, and will not be made up for.
 * `off`: its deployment is paused. `dead`: no scheduler is alive that could fire it.
 */
export type InstantStatus = "due" | "late" | "missed" | "off" | "dead";

export interface ReportedInstant {
  readonly deployment: string;
  readonly target: string;
  readonly rule: ScheduleRule;
  readonly instant: number;
  readonly status: InstantStatus;
}

export interface ScheduleReport {
  /** Those that are alive. */
  readonly schedulers: readonly ProductionSchedulerRecord[];
  /** In order of time. */
  readonly instants: readonly ReportedInstant[];
  /** True where runs are due that nothing starts. */
  readonly isTrouble: boolean;
}

interface Deployed {
  readonly state: DeploymentState;
  readonly version: DeploymentVersion;
}

/** Such a time passes between an instant and its fire. */
const GRACE_MS = 5000;
/** So long after its time an instant is no matter of catching up. */
const ON_TIME_MS = 60_000;
const LOOK_BACK_MS = 86_400_000;
/** Of one schedule; the last ones. */
const MOST_PAST = 500;
/** Whom our own schedulers do not fire. */
const OWN_TARGET = "local";

export interface ScheduleReportOptions {
  /** Null for all. */
  readonly name: string | null;
  /** How many instants to come. */
  readonly next: number;
  readonly now: number;
}

/** What fires next, and what should have fired. */
export function scheduleReport(store: Datastore, { name, next, now }: ScheduleReportOptions): ScheduleReport {
  const all = deployed(store, name);
  const known = new ProductionSchedulers(store.storage);
  const schedulers = known.alive();
  const isDead = schedulers.length === 0;
  const settled = largest([0, ...known.all().map(({ settledUntil }) => settledUntil)]);
  const fires = new Fires(store.storage);
  const past = all.flatMap((one) => passed(one, { fires, now, settled }));
  const coming = all.flatMap((one) =>
    instantsOf(one, (rule) => nextInstants(rule, now, next)).map((found) => ({
      ...found,
      status: statusOf(one, isDead),
    })),
  );
  const instants = [...byTime(past), ...byTime(coming).slice(0, next)];
  const isLate = past.some(({ status }) => status === "late");
  const isWaiting = all.some(({ state, version }) => version.target === OWN_TARGET && !state.isPaused);
  return { schedulers, instants, isTrouble: isLate || (isDead && isWaiting) };
}

/** What fires in a span of time, if nothing changes until then. */
export function simulatedInstants(
  store: Datastore,
  { name, from, to }: { readonly name: string | null; readonly from: WrittenInstant; readonly to: WrittenInstant },
): ReportedInstant[] {
  return byTime(
    deployed(store, name).flatMap((one) =>
      instantsOf(one, (rule) => instantsBetween(rule, from(rule.timezone), to(rule.timezone))).map((found) => ({
        ...found,
        status: statusOf(one, false),
      })),
    ),
  );
}

function deployed(store: Datastore, name: string | null): readonly Deployed[] {
  const deployments = new Deployments(store.storage);
  if (name === null) return deployments.all();
  return [{ state: deployments.known(name), version: deployments.knownVersion(name) }];
}

function instantsOf(
  { state, version }: Deployed,
  find: (rule: ScheduleRule) => readonly number[],
): Omit<ReportedInstant, "status">[] {
  const { name: deployment } = state;
  const { target, triggers } = version;
  return triggers.schedules.flatMap((rule) => find(rule).map((instant) => ({ deployment, target, rule, instant })));
}

function statusOf({ state, version }: Deployed, isDead: boolean): InstantStatus {
  if (state.isPaused) return "off";
  return isDead && version.target === OWN_TARGET ? "dead" : "due";
}

/** Instants since the last change of the deployment that nothing was decided about. */
function passed(
  { state, version }: Deployed,
  { fires, now, settled }: { readonly fires: Fires; readonly now: number; readonly settled: number },
): ReportedInstant[] {
  if (state.isPaused || version.target !== OWN_TARGET || version.triggers.schedules.length === 0) return [];
  const from = Math.max(state.time, now - LOOK_BACK_MS);
  const found = new Set(fires.names(state.name));
  return version.triggers.schedules.flatMap((rule) => {
    const instants = instantsBetween(rule, from, now - GRACE_MS).slice(-MOST_PAST);
    const last = instants.at(-1);
    return instants
      .filter((instant) => !found.has(instantFire(instant)))
      .map((instant) => {
        const isMadeUp =
          rule.catchUp === "all" || (rule.catchUp === "last" && instant === last) || now - instant < ON_TIME_MS;
        const status = isMadeUp && instant > settled ? "late" : "missed";
        return { deployment: state.name, target: version.target, rule, instant, status } as const;
      });
  });
}

function byTime(instants: readonly ReportedInstant[]): ReportedInstant[] {
  return [...instants].sort((a, b) => a.instant - b.instant || (a.deployment < b.deployment ? -1 : 1));
}
