import os from "node:os";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import type { StopRequest } from "../../../datastore/kinds/stop.ts";
import { looksAt } from "../../../datastore/reader/follow-run.ts";
import { readRunHeader } from "../../../datastore/reader/read-run.ts";
import type { RunHeader } from "../../../datastore/reader/run-summary.ts";
import { TaskChanges } from "../../../datastore/reader/task-changes.ts";
import { stopReasonText, StopRequests } from "../../../datastore/stop-requests.ts";
import { withdrawDetached } from "../../../launch/detached/withdraw-detached.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { Output } from "../../output.ts";
import { runMeant } from "../../run-meant.ts";
import type { StopFlags } from "./flags.ts";
import { askedText, endText, stopJson, type StopOutcome, waitingText } from "./text.ts";

export interface StopOptions extends StopFlags {
  readonly run: string;
}

/** `stop`: asks a run to end, and waits until it has. Exit code 1 if it had not to be stopped, or cannot be. */
export async function stopRun(context: StoreContext, options: StopOptions): Promise<void> {
  const output = context.output(options);
  const store = context.datastore(options);
  const { flow, run, step } = runMeant(context, store, options);
  if (step !== null) throw oneStep({ flow, run, step });
  const before = readRunHeader(store, { flow, run });
  const requests = new StopRequests(store.storage, before);
  if (before.finishedAt !== null) {
    const request = await requests.look();
    // Of two stops at once the second may come when the first has ended the run: to both it is stopped.
    const outcome = request === null ? "over" : outcomeOf(before);
    return conclude(output, { header: before, outcome, request });
  }

  // Also where its process is gone, as that may only sleep: then it stops when it wakes.
  const { request, isFirst } = requests.ask({ username: context.settings.username, host: os.hostname() });
  if (before.status === "stale") return conclude(output, { header: before, outcome: "gone", request });
  if (await withdrawDetached(store, before, stopReasonText(request)))
    return conclude(output, { header: readRunHeader(store, { flow, run }), outcome: "stopped", request });
  output.note(askedText(before, { request, isFirst, isRemote: store.storage.isRemote }));
  if (!options.wait) return conclude(output, { header: before, outcome: "requested", request });

  await untilOver(store, before, output);
  const header = readRunHeader(store, { flow, run });
  conclude(output, { header, outcome: outcomeOf(header), request });
}

interface Conclusion {
  readonly header: RunHeader;
  readonly outcome: StopOutcome;
  readonly request: StopRequest | null;
}

function conclude(output: Output, { header, outcome, request }: Conclusion): void {
  if (outcome !== "stopped" && outcome !== "requested") process.exitCode = 1;
  if (output.isJson) output.json(stopJson(header, { outcome, request }));
  else if (outcome !== "requested") output.print(endText(header, { outcome, colors: output.colors }));
}

/** It may have reached its end before it saw the request. */
function outcomeOf({ status }: RunHeader): StopOutcome {
  if (status === "failed") return "stopped";
  return status === "succeeded" ? "over" : "gone";
}

async function untilOver(store: Datastore, run: RunHeader, output: Output): Promise<void> {
  const tasks = new TaskChanges();
  const since = Date.now();
  let isOver = false;
  const draw = () => output.transient(waitingText({ running: tasks.running().length, ms: Date.now() - since }));
  const timer = output.isLive ? setInterval(draw, 1_000) : undefined;
  try {
    for await (const { events, isGone } of looksAt(store, run)) {
      for (const event of events) {
        tasks.apply(event);
        isOver ||= event.type === "run-finished";
      }
      if (isOver || isGone) return;
      draw();
    }
  } finally {
    clearInterval(timer);
    output.transient("");
  }
}

function oneStep({ flow, run, step }: { flow: string; run: string; step: string }): MillraceError {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot stop one step because stop ends a whole run: ${run}/${step}`,
    hint: `stop ${flow}/${run}`,
  });
}
