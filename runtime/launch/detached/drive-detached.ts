import os from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { brokenInvariant, hasCode } from "../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { readRelease } from "../../datastore/kinds/release.ts";
import { thisMachine } from "../../datastore/reader/is-alive.ts";
import type { RunPlace } from "../../datastore/run-keys.ts";
import { JOB_VARIABLES } from "../../engines/container/job-variables.ts";
import { namedEngines } from "../engines/chosen-engines.ts";
import { sourcesOf } from "../release/sources-of.ts";
import { openRelease } from "../release/open-release.ts";
import { orClosed } from "../run/run-engines.ts";
import type { LaunchedRun, LaunchListener, LaunchOptions } from "../run/launch-options.ts";
import { stageOf } from "../run/stage.ts";
import { driveToEnd } from "../run/start.ts";
import { stepSecrets } from "../run/step-secrets.ts";
import type { FlowGraph } from "../../graph/flow-graph.ts";
import type { Settings } from "../../settings/read-settings.ts";
import { becomeScheduler, hasEnded, type Succession } from "./become-scheduler.ts";
import { earlierWork } from "./earlier-work.ts";

export interface DriveDetachedOptions extends Pick<LaunchOptions, "store" | "settings" | "millraceVersion"> {
  /** Made once it is known what the run consists of. */
  listener(of: { readonly graph: FlowGraph; readonly programName: string }): LaunchListener;
}

/** A job that a cluster starts again, as its machine was lost, waits so long until that is certain. */
const JOB_PATIENCE_MS = 60_000;
const JOB_LOOK_MS = 5_000;

/**
 * Becomes the scheduler of a run that another process began, from what that left in the datastore; goes on with a run whose
 * scheduler died. What was finished stays, and what was under way runs again, unless it goes on elsewhere.
 * @throws MillraceError where another process is its scheduler, it has ended, or its release cannot be opened here
 */
export async function driveDetached(place: RunPlace, of: DriveDetachedOptions): Promise<LaunchedRun> {
  const { store, settings } = of;
  const { flow, run } = place;
  const record = store.record(flow, run);
  const document = record.document();
  // What follows takes its time, and may fail: from now on the run lives as long as this process does.
  const succession = await becomePatiently(store, place, settings);
  const { order, heartbeat, claim } = succession;
  try {
    const launched = await driven();
    launched.finished.then(
      () => heartbeat.stop(),
      () => heartbeat.stop(),
    );
    return launched;
  } catch (error) {
    heartbeat.stop();
    throw error;
  }

  async function driven(): Promise<LaunchedRun> {
    const stored = document.release;
    if (stored === undefined) throw brokenInvariant(`${flow}/${run} names no release`);
    const earlier = claim === 1 ? null : earlierWork(store, place);
    if (earlier?.isOver === true) throw hasEnded(place);
    const { programName, options } = order;
    const on = of.listener({ graph: document.graph, programName });
    const release = await openRelease(
      { hash: stored, document: readRelease(store.blobs, stored) },
      { store, settings, installing: (step, packages) => on.installing(step, packages) },
    );
    const launch: LaunchOptions = { ...of, programName, options, on };
    const { graph, engines: names, shipment } = release.document;
    const engineOf = namedEngines(names);
    const secrets = await stepSecrets(await sourcesOf(release, store), {
      flowFile: release.flowFile,
      engines: engineOf,
    });
    const stage = await stageOf({ graph, engines: engineOf, secrets, shippedRuntime: shipment?.runtime }, launch);
    const { engines } = stage;
    engines.warmUp(null);
    return orClosed(engines, async () => {
      await engines.ready();
      const begun = { document, record, isSpin: false };
      const part = { claim, heartbeat, earlier };
      return driveToEnd(begun, { ...launch, ...stage, release, origin: null, succession: part });
    });
  }
}

async function becomePatiently(store: Datastore, place: RunPlace, { env }: Settings): Promise<Succession> {
  const isJob = env[JOB_VARIABLES.drive] !== undefined;
  // The processes of a container have other numbers than its machine knows, whose name it may have.
  const host = isJob ? `a job on ${os.hostname()}` : os.hostname();
  for (const until = Date.now() + (isJob ? JOB_PATIENCE_MS : 0); ;) {
    try {
      return await becomeScheduler(store, place, { host, observer: thisMachine });
    } catch (error) {
      if (!hasCode(error, "MILLRACE_STILL_RUNNING") || Date.now() >= until) throw error;
      await pause(JOB_LOOK_MS);
    }
  }
}
