import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import type { DeploymentMove } from "../../datastore/kinds/deployment-move.ts";
import type { DeploymentVersion } from "../../datastore/kinds/deployment.ts";

/** Since when a deployment has been on, of moves of which the last one left it so. */
export function onSince(moves: readonly OnMove[]): number {
  return stretchOn(moves)[0]?.time ?? 0;
}

export interface ScheduledSinceOptions {
  /** The current version. */
  readonly version: DeploymentVersion;
  /** What came before does not matter. */
  readonly from: number;
  versionOf(number: number): DeploymentVersion;
}

/** Since when it has been on with the schedules of its current version. Reads versions only as far back as they are the same. */
export function scheduledSince(moves: readonly OnMove[], { version, from, versionOf }: ScheduledSinceOptions): number {
  const stretch = stretchOn(moves);
  let since = stretch.at(-1)?.time ?? 0;
  for (const move of stretch.toReversed()) {
    if (!hasSameSchedules(move, { version, versionOf })) break;
    since = move.time;
    if (since <= from) break;
  }
  return since;
}

type OnMove = Pick<DeploymentMove, "isPaused" | "action" | "time" | "version">;

/** The moves since which nothing has turned it off. */
function stretchOn(moves: readonly OnMove[]): readonly OnMove[] {
  const off = moves.findLastIndex(({ isPaused, action }) => isPaused || action === "remove");
  return moves.slice(off + 1);
}

function hasSameSchedules(
  { version: number }: OnMove,
  { version, versionOf }: Omit<ScheduledSinceOptions, "from">,
): boolean {
  if (number === version.version) return true;
  try {
    return number !== null && schedulesOf(versionOf(number)) === schedulesOf(version);
  } catch (error) {
    // A damaged version of the past keeps nothing from running; a storage that does not answer is asked again.
    if (isMillraceError(error)) return false;
    throw error;
  }
}

function schedulesOf({ triggers }: DeploymentVersion): string {
  return JSON.stringify(triggers.schedules);
}
