import { branchFlags } from "../../datastore/branch-name.ts";
import type { RunDocument } from "../../datastore/records.ts";
import type { RunState } from "../../scheduler/run-state.ts";
import { durationText } from "../../text/duration-text.ts";
import { taskName } from "../../text/task-name.ts";
import type { Output } from "../output.ts";

/** How a run came out. */
export type RunEnding = Pick<RunState, "status" | "firstFailure" | "failures" | "reason">;

export interface EndingParts {
  readonly flow: string;
  /** Null if the run did not get as far. */
  readonly document: RunDocument | null;
  readonly tookMs: number;
  /** What it used; empty where that is not known. */
  readonly totals: string;
  /** The steps that took longest; empty where nobody would look for them. */
  readonly slowest: string;
  /** What tells the first failed task apart. */
  readonly label: string;
  /** How the user calls the command line, for hints. */
  readonly programName: string;
  /** What goes on with the run. */
  readonly resumeWith: string;
  /** What looks into a run that it has to be told by flow and run. */
  readonly lookWith?: string | undefined;
  /** As the user named it. */
  readonly datastore: string | undefined;
  /** True for who watches the run of another process. */
  readonly isWatched: boolean;
  readonly colors: Output["colors"];
}

/** The last lines about a run: how it ended, after how long, and how to go on. */
export function endingLines(ending: RunEnding, parts: EndingParts): string[] {
  const { flow, document, colors } = parts;
  const took = `${durationText(parts.tookMs)}${parts.totals === "" ? "" : ` (${parts.totals})`}`;
  const run = document === null ? "" : ` ${document.run}`;
  const slowest = parts.slowest === "" ? [] : [colors.dim(`  slowest steps: ${parts.slowest}`)];
  if (ending.status === "succeeded") return [`${colors.green("succeeded")} ${flow}${run} in ${took}`, ...slowest];
  const failed = `${colors.red("failed")} ${flow}${run} after ${took}${whyText(ending, parts)}`;
  return [failed, ...slowest, ...hints(parts)];
}

function whyText({ firstFailure, failures, reason }: RunEnding, { label }: EndingParts): string {
  if (firstFailure === null) return reason === null ? "" : `: ${reason}`;
  const [message = ""] = firstFailure.error.message.split("\n");
  const others = failures > 1 ? ` (and ${failures - 1} more)` : "";
  return `: ${taskName({ ...firstFailure, label })}${label === "" ? "" : ":"} ${message}${others}`;
}

function hints(parts: EndingParts): string[] {
  const { flow, document, programName, resumeWith, lookWith, datastore, isWatched, colors } = parts;
  if (document === null) return [];
  const place = datastore === undefined ? "" : ` --datastore ${datastore}`;
  const branch = document.project == null ? "" : branchFlags(document.project.branch);
  const run = isWatched || lookWith !== undefined ? `${flow}/${document.run}` : document.run;
  const look = colors.dim(`  look into it: ${lookWith ?? programName} status ${run}${place}`);
  // A bare resume is of the user's own latest run, which the one that was watched need not be.
  return isWatched ? [look] : [look, colors.dim(`  go on:        ${programName} ${resumeWith}${branch}${place}`)];
}
