import os from "node:os";
import { brokenInvariant } from "../../../sdk/base/millrace-error.ts";
import { readRelease } from "../../datastore/kinds/release.ts";
import { LaunchOrders } from "../../datastore/launch-orders.ts";
import type { RunPlace } from "../../datastore/run-keys.ts";
import { JOB_VARIABLES } from "../../engines/container/job-variables.ts";
import { namedEngines } from "../engines/chosen-engines.ts";
import { sourcesOf } from "../release/sources-of.ts";
import { openRelease } from "../release/open-release.ts";
import { Heartbeat } from "../run/heartbeat.ts";
import { orClosed } from "../run/run-engines.ts";
import type { LaunchedRun, LaunchListener, LaunchOptions } from "../run/launch-options.ts";
import { stageOf } from "../run/stage.ts";
import { driveToEnd } from "../run/start.ts";
import { stepSecrets } from "../run/step-secrets.ts";
import type { FlowGraph } from "../../graph/flow-graph.ts";
import type { Settings } from "../../settings/read-settings.ts";

export interface DriveDetachedOptions extends Pick<LaunchOptions, "store" | "settings" | "millraceVersion"> {
  /** Made once it is known what the run consists of. */
  listener(of: { readonly graph: FlowGraph; readonly programName: string }): LaunchListener;
}

/**
 * Becomes the scheduler of a run that another process began, from what that left in the datastore.
 * @throws MillraceError where another process is its scheduler already, or its release cannot be opened here
 */
export async function driveDetached({ flow, run }: RunPlace, of: DriveDetachedOptions): Promise<LaunchedRun> {
  const { store, settings } = of;
  const record = store.record(flow, run);
  const document = record.document();
  const host = hostOf(settings);
  const { programName, options } = new LaunchOrders(store.storage, { flow, run }).take(host);
  // What follows takes its time, and may fail: from now on the run lives as long as this process does.
  const heartbeat = new Heartbeat({ record, host, store: null, onError: () => undefined });
  await heartbeat.start();
  try {
    return await driven();
  } finally {
    heartbeat.stop();
  }

  async function driven(): Promise<LaunchedRun> {
    const stored = document.release;
    if (stored === undefined) throw brokenInvariant(`${flow}/${run} names no release`);
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
      return driveToEnd({ document, record, isSpin: false }, { ...launch, ...stage, host, release, origin: null });
    });
  }
}

/** The processes of a container have other numbers than its machine knows, whose name it may have. */
function hostOf({ env }: Settings): string {
  return env[JOB_VARIABLES.drive] === undefined ? os.hostname() : `a job on ${os.hostname()}`;
}
