import type { Datastore } from "../../datastore/datastore.ts";
import { Deployments } from "../../datastore/deployments.ts";
import { Fires } from "../../datastore/fires.ts";
import { Inbox } from "../../datastore/inbox.ts";
import type { DeploymentVersion } from "../../datastore/kinds/deployment.ts";
import type { FireRecord } from "../../datastore/kinds/fire.ts";
import type { FireLimit, OpenFire } from "../../datastore/kinds/inbox.ts";
import type { RunTrigger } from "../../datastore/kinds/run-trigger.ts";
import { newRunId } from "../../datastore/new-run-id.ts";
import { beginPending } from "../../launch/detached/begin-pending.ts";
import type { Settings } from "../../settings/read-settings.ts";

/** What a deployment is to start a run for. */
export interface FireOrder {
  /** See `FireRecord`: of all that order the same, one gets a run. */
  readonly name: string;
  readonly trigger: RunTrigger;
  /** Values of parameters as texts, over those of the version. */
  readonly parameters: Readonly<Record<string, string>>;
  /**
   * The run waits until those of the deployment before it have ended.
   * @defaultValue false
   */
  readonly isInTurn?: boolean;
  /** Beside what the queue allows. */
  readonly limit?: FireLimit;
  readonly settings: Settings;
}

export interface FiredRun {
  readonly run: string;
  /** False where the same was ordered before: then it is the run of that. */
  readonly isNew: boolean;
  /** Why there is no such run: the instant was passed over. */
  readonly skipped: string | null;
}

/**
 * Decides that the deployment starts a run, and begins it: it waits for a `millrace scheduler`. May be called again, by several at
 * once, and after any of them died: there is one run. First comes a note of the intent, which any scheduler can go on from.
 */
export async function fire(store: Datastore, version: DeploymentVersion, order: FireOrder): Promise<FiredRun> {
  const open = openFireOf(version, order);
  new Inbox(store.storage).open(order.name, open);
  return fireOpen(store, version, { ...order, open });
}

export interface FireOpenOptions extends Pick<FireOrder, "name" | "settings"> {
  readonly open: Omit<OpenFire, "format">;
}

/** Goes on from the note of a fire. */
export async function fireOpen(
  store: Datastore,
  version: DeploymentVersion,
  { name, open, settings }: FireOpenOptions,
): Promise<FiredRun> {
  const { deployment, run, trigger, parameters } = open;
  const draft = { deployment, version: open.version, run, time: Date.now(), trigger, parameters };
  const { fire: decided, isNew } = new Fires(store.storage).decide(name, draft);
  if (decided.skipped !== undefined) return { run: decided.run, isNew: false, skipped: decided.skipped };
  // Another one may have decided by a version before or after this one.
  const decisive =
    decided.version === version.version ? version : new Deployments(store.storage).version(deployment, decided.version);
  await beginFired(store, decisive, { fire: decided, settings });
  return { run: decided.run, isNew, skipped: null };
}

/** What a note says of a fire. */
function openFireOf(version: DeploymentVersion, order: FireOrder): Omit<OpenFire, "format"> {
  const { deployment, flow, queue } = version;
  const time = Date.now();
  return {
    ...{ deployment, version: version.version, flow, run: newRunId(time), time, queue },
    trigger: order.trigger,
    parameters: order.parameters,
    isInTurn: order.isInTurn ?? false,
    ...(order.limit === undefined ? {} : { limit: order.limit }),
  };
}

async function beginFired(
  store: Datastore,
  version: DeploymentVersion,
  { fire: decided, settings }: { readonly fire: FireRecord; readonly settings: Settings },
): Promise<void> {
  await beginPending(store, {
    settings,
    release: version.release,
    run: decided.run,
    texts: { ...version.parameters, ...decided.parameters },
    tags: version.tags,
    deployment: { name: version.deployment, version: version.version, target: version.target },
    trigger: decided.trigger,
    programName: version.programName,
    options: version.options,
    username: version.username,
    project: version.project,
    awaits: "a scheduler",
  });
}
