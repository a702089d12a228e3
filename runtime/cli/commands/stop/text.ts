import { visibleLine } from "../../../../sdk/base/visible.ts";
import type { StopRequest } from "../../../datastore/kinds/stop.ts";
import type { RunHeader } from "../../../datastore/reader/run-summary.ts";
import { agoText, durationText, localTimeText } from "../../../text/duration-text.ts";
import { runDurationMs } from "../../show/run-json.ts";
import type { Output } from "../../output.ts";

/**
 * What came of a stop. `over`: the run had ended, or succeeded before it saw the request; `gone`: its process has been
 * killed, or sleeps.
 */
export type StopOutcome = "stopped" | "requested" | "over" | "gone";

export function askedText(
  { flow, run, document }: RunHeader,
  { request, isFirst, isRemote }: { request: StopRequest; isFirst: boolean; isRemote: boolean },
): string {
  const name = `${flow}/${run}`;
  if (!isFirst) return visibleLine(`${request.username} asked ${name} to stop ${agoText(request.time, Date.now())}`);
  const pace = isRemote ? "within ten seconds" : "within a second";
  return visibleLine(`asked ${name} to stop: its process on ${document.host} sees that ${pace}`);
}

export function waitingText({ running, ms }: { running: number; ms: number }): string {
  return `waiting for ${running} ${running === 1 ? "task" : "tasks"} to end  ${durationText(ms)}`;
}

export function endText(
  header: RunHeader,
  { outcome, colors }: { outcome: StopOutcome; colors: Output["colors"] },
): string {
  const { flow, run, status, reason, finishedAt, lastSeenAt } = header;
  const name = `${flow}/${run}`;
  if (outcome === "gone")
    return `${colors.yellow("stale")} ${name}: its process is gone, last seen ${localTimeText(lastSeenAt)}; it stops if it only sleeps and wakes`;
  const why = reason === null ? "" : `: ${visibleLine(reason)}`;
  const took = durationText(runDurationMs(header, Date.now()));
  if (outcome === "stopped") return `${colors.green("ended")} ${name} after ${took}${why || ": a task failed"}`;
  const when = finishedAt === null ? "" : ` ${localTimeText(finishedAt)}`;
  return `${name} is over: it ${status}${when}${why}`;
}

export function stopJson(
  { flow, run, status, reason, finishedAt }: RunHeader,
  { outcome, request }: { outcome: StopOutcome; request: StopRequest | null },
): object {
  const by = request === null ? null : { username: request.username, host: request.host, time: request.time };
  return { flow, run, outcome, status, reason, finishedAt, request: by };
}
