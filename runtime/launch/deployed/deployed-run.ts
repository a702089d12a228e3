import type { EventRule } from "../../../sdk/base/triggers.ts";
import { MillraceError, hasCode } from "../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { Fires } from "../../datastore/fires.ts";
import type { DeploymentVersion } from "../../datastore/kinds/deployment.ts";
import type { FireRecord } from "../../datastore/kinds/fire.ts";
import { readRelease } from "../../datastore/kinds/release.ts";
import { newRunId } from "../../datastore/new-run-id.ts";
import type { RunDocument } from "../../datastore/records.ts";
import type { ReleaseDocument } from "../../datastore/release-document.ts";
import type { Settings } from "../../settings/read-settings.ts";
import { beginOnce } from "../detached/begin-once.ts";
import { eventParameters } from "./event-parameters.ts";
import { fireName } from "./fire-name.ts";
import type { ToldTask } from "./told-task.ts";

export interface DeployedRunOptions {
  readonly version: DeploymentVersion;
  readonly told: ToldTask;
  readonly settings: Settings;
  /** Gets ready where the package lies on this machine, for values that only the code can settle; undefined: as recorded. */
  place(release: ReleaseDocument): Promise<string | undefined>;
}

/**
 * The run of an execution. Its first task decides on it, and so does its exit handler where no task has come so far; whoever
 * of them is started twice, or again, finds the same run.
 * @throws MillraceError for a later task of an execution that has no run
 */
export async function deployedRun(store: Datastore, of: DeployedRunOptions): Promise<RunDocument> {
  const { version, told } = of;
  const { flow } = version;
  const name = fireName(version.target, told.fire);
  const fire = new Fires(store.storage).find(version.deployment, name) ?? decided(store, of);
  const known = documentOf(store, { flow, run: fire.run });
  if (known !== null) return known;
  refuseLate(store, of);
  const release = readRelease(store.blobs, version.release);
  const needsCode = release.parameters.some((definition) => definition.kind === "parameter" && definition.isInCode);
  return beginOnce(store, {
    ...{ settings: of.settings, release: version.release, run: fire.run, tags: version.tags },
    texts: { ...version.parameters, ...fire.parameters },
    deployment: { name: version.deployment, version: version.version, target: version.target },
    trigger: fire.trigger,
    username: version.username,
    project: version.project,
    root: needsCode ? await of.place(release) : undefined,
  });
}

function decided(store: Datastore, of: DeployedRunOptions): FireRecord {
  refuseLate(store, of);
  const { version, told } = of;
  const time = Date.now();
  return new Fires(store.storage).decide(fireName(version.target, told.fire), {
    ...{ deployment: version.deployment, version: version.version, run: newRunId(time), time },
    trigger: told.trigger,
    parameters: { ...parametersOfEvents(version, told), ...told.parameters },
  }).fire;
}

/** What the fields of the events give, where the target hands the events over as they are. */
function parametersOfEvents(
  { triggers }: DeploymentVersion,
  { trigger: { events } }: ToldTask,
): Record<string, string> {
  const names = new Set(events.map(({ name }) => name));
  // A rule of several events waits for one of each, and nothing else is there then.
  const isFired = (rule: EventRule) =>
    new Set(rule.events).size === names.size && rule.events.every((name) => names.has(name));
  const rules = triggers.events.filter(isFired);
  return Object.fromEntries(rules.flatMap((rule) => Object.entries(eventParameters(rule, events))));
}

/** Null for a run that has not begun. */
function documentOf(store: Datastore, { flow, run }: { flow: string; run: string }): RunDocument | null {
  try {
    return store.record(flow, run).document();
  } catch (error) {
    if (hasCode(error, "MILLRACE_UNKNOWN_RUN")) return null;
    throw error;
  }
}

/** @throws MillraceError for a task that does not begin a run */
function refuseLate(store: Datastore, { version, told }: DeployedRunOptions): void {
  const { work } = told;
  if (work.kind === "finish") return;
  const { start } = readRelease(store.blobs, version.release).graph;
  if (work.step === start && work.at.length === 0) return;
  throw new MillraceError({
    code: "MILLRACE_DEPLOYED_TASK",
    headline: `Cannot execute ${work.step} because the execution ${told.fire} of ${version.deployment} has no run: its first step, ${start}, has not begun`,
    hint: "the target starts tasks in another order than the flow says: deploy the flow again",
  });
}
