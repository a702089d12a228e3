import { messageOf } from "../../../sdk/base/message-of.ts";
import type { OriginRun } from "../plan/read-origin.ts";
import { packagesToRead } from "../release/cached-reach.ts";
import type { PreparedRelease } from "../release/release.ts";
import { begin, type BeginOptions, type BegunRun } from "./begin.ts";
import { callExitHook } from "./call-exit-hook.ts";
import { drive, type DriveOptions } from "./drive.ts";
import type { LaunchedRun, LaunchOptions } from "./launch-options.ts";
import { notePackages } from "./note-packages.ts";
import { projectPlace } from "./project-place.ts";
import type { Stage } from "./stage.ts";

export interface StartOptions extends LaunchOptions, Stage {
  readonly release: PreparedRelease;
  readonly origin: OriginRun | null;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
}

/** Begins a run of the release and drives it; its exit hook is called at the end. */
export function start(of: StartOptions): Promise<LaunchedRun> {
  return driveToEnd(beginRun(of), of);
}

/** The run has its id and its document when this returns. */
export function beginRun(
  of: Omit<StartOptions, keyof Stage> & Pick<Stage, "store"> & Pick<BeginOptions, "mayContinue">,
): BegunRun {
  const { release, origin, settings } = of;
  const { username } = settings;
  const { flow, project } = release.document;
  const trigger = of.trigger ?? origin?.document.trigger;
  return begin(release, {
    ...of,
    deployed: trigger === undefined ? undefined : { trigger },
    username,
    project: projectPlace(project, { flow, username, ...of.branch }),
    originRun: origin?.document.run ?? null,
  });
}

/** Drives a run that has begun; its exit hook is called at the end. */
export async function driveToEnd(
  begun: BegunRun,
  of: Omit<StartOptions, "parameters" | "tags"> & Pick<DriveOptions, "succession">,
): Promise<LaunchedRun> {
  const { release, settings, on, warning } = of;
  const { cacheFolder } = settings;
  const { graph } = release.document;
  const { document, record } = begun;
  on.created(document);
  const { finished, interrupt } = await drive(begun, {
    ...of,
    graph,
    alongside: () =>
      notePackages({
        ...{ record, document, known: release.packages },
        asked: packagesToRead(release.bundle, { environments: release.environments, cacheFolder }),
        onError: (error) => warning(`the packages of this run cannot be noted: ${messageOf(error)}`),
      }),
  });
  const concluded = finished.then(async (state) => {
    const trouble = await callExitHook(release, { run: document.run, state });
    if (trouble !== null) warning(trouble);
    return state;
  });
  return { document, finished: concluded, interrupt };
}
