import process from "node:process";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { Inbox } from "../../../datastore/inbox.ts";
import { driveDetached } from "../../../launch/detached/drive-detached.ts";
import type { StoreContext } from "../../cli-context.ts";
import { onInterrupt } from "../../on-interrupt.ts";
import { packageVersion } from "../../package-version.ts";
import { type RunReporter, runReporter } from "../../progress/run-reporter.ts";

export interface DriveFlags {
  readonly run: string;
  readonly datastore?: string;
  readonly durable?: boolean;
}

/** Drives the run to its end, and writes what `run` would; the process that started this one is told once tasks may run. */
export async function driveRun(context: StoreContext, flags: DriveFlags): Promise<void> {
  const [flow = "", run = "", ...rest] = flags.run.split("/");
  if (run === "" || rest.length > 0) throw notOneRun(flags.run);
  const output = context.output({});
  let reporter: RunReporter | null = null;
  let driven: Awaited<ReturnType<typeof driveDetached>> | null = null;
  let isStopped = false;
  const store = context.datastore(flags);
  // Before it drives anything: a run that says that it goes on has somebody who ends it.
  const early: string[] = [];
  const interruption = onInterrupt(
    (reason) => {
      if (driven === null) early.push(reason);
      else driven.interrupt(reason);
    },
    (text) => reporter?.say(text),
  );
  try {
    driven = await driveDetached(
      { flow, run },
      {
        store,
        settings: context.settings,
        millraceVersion: packageVersion(),
        listener({ graph, programName }) {
          const made = runReporter({ output, graph, programName, datastore: flags.datastore });
          reporter = made;
          return {
            ...made,
            stopRequested(request) {
              isStopped = true;
              made.stopRequested?.(request);
            },
          };
        },
      },
    );
    // Whoever started this one may be gone.
    if (process.connected) process.send?.("driving", () => undefined);
    for (const reason of early) driven.interrupt(reason);
    const state = await driven.finished;
    // What follows a deployed run does not wait for somebody to look at it.
    if (driven.document.deployment !== undefined) new Inbox(store.storage).finished({ flow, run });
    (reporter as RunReporter | null)?.finished(state);
    if (interruption.happened() || (isStopped && state.status !== "succeeded")) process.exitCode = 130;
    else if (state.status !== "succeeded") process.exitCode = 1;
  } finally {
    (reporter as RunReporter | null)?.close();
    interruption.stop();
  }
}

function notOneRun(seen: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot drive a run because it is not named as FLOW/RUN: ${seen}`,
    hint: "run --detach starts a run and its scheduler",
  });
}
