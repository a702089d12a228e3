import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { looksAt } from "../../../datastore/reader/follow-run.ts";
import { ItemLabels } from "../../../datastore/reader/item-labels.ts";
import type { RunEvent } from "../../../datastore/run-event.ts";
import type { RunDocument } from "../../../datastore/records.ts";
import { leave } from "../../../leave.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { Output } from "../../output.ts";
import { type RunReporter, runReporter } from "../../progress/run-reporter.ts";
import { runMeant } from "../../run-meant.ts";
import { failuresText } from "./failures-text.ts";
import type { StatusOptions } from "./run.ts";
import { WatchedRun } from "./watched-run.ts";

/** Where a look at what tasks tell of themselves is a request, this often: it is written no sooner. */
const REMOTE_PROGRESS_MS = 10_000;

/** Draws the progress of a run, wherever it runs, until it is over: exit code 0 if it succeeded, else 1. */
export async function watchRun(context: StoreContext, options: StatusOptions): Promise<void> {
  const store = context.datastore(options);
  const { flow, run, step } = runMeant(context, store, options);
  if (step !== null) throw oneStep({ flow, run, step });
  const output = context.output(options);
  const document = store.record(flow, run).document();
  const { programName } = context;
  const { datastore } = options;
  output.note(`${output.colors.bold(flow)} run ${output.colors.bold(run)}`);
  const reporter = runReporter({ output, graph: document.graph, programName, datastore, seen: document });
  const interrupted = () => {
    reporter.close();
    leave(130);
  };
  process.once("SIGINT", interrupted);
  try {
    await new Watch(store, { document, output, reporter, programName }).untilOver();
  } finally {
    reporter.close();
    process.off("SIGINT", interrupted);
  }
}

interface Watching {
  readonly document: RunDocument;
  readonly output: Output;
  readonly reporter: RunReporter;
  readonly programName: string;
}

class Watch {
  readonly #store: Datastore;
  readonly #at: Watching;
  readonly #run: WatchedRun;
  readonly #labels: ItemLabels;
  #progressAt = -Infinity;

  constructor(store: Datastore, at: Watching) {
    this.#store = store;
    this.#at = at;
    this.#labels = new ItemLabels(store.blobs);
    this.#run = new WatchedRun(at.document, this.#labels);
  }

  async untilOver(): Promise<void> {
    const { reporter, document } = this.#at;
    let isPast = true;
    for await (const { events, isGone } of looksAt(this.#store, document)) {
      for (const event of events) this.#take(event, isPast);
      if (isPast) this.#tellPast();
      isPast = false;
      const { ending } = this.#run;
      if (ending !== null) {
        if (ending.status !== "succeeded") process.exitCode = 1;
        return reporter.finished(ending);
      }
      if (isGone) return this.#stale();
      this.#tellProgress();
    }
  }

  #take(event: RunEvent, isPast: boolean): void {
    this.#run.apply(event);
    if (isPast) this.#at.reporter.past(event, this.#run);
    else this.#at.reporter.event(event, this.#run);
  }

  /** What failed before anybody watched, as `status` tells it. */
  #tellPast(): void {
    const { output, reporter, programName } = this.#at;
    const looks = { colors: output.colors, labels: this.#labels, programName };
    const texts = failuresText(this.#run.summary(), looks);
    for (const line of texts.join("\n").split("\n")) if (line !== "") reporter.say(line);
  }

  #tellProgress(): void {
    const { output, reporter, document } = this.#at;
    const { isRemote } = this.#store.storage;
    if (!output.isLive || !this.#run.hasRunning) return;
    if (isRemote && Date.now() - this.#progressAt < REMOTE_PROGRESS_MS) return;
    this.#progressAt = Date.now();
    const { tasks = [], waits = [] } = this.#store.record(document.flow, document.run).progress() ?? {};
    reporter.held?.(new Map(waits.map(({ step, waitsFor }) => [step, waitsFor])));
    for (const one of tasks) reporter.progress?.({ type: "progressed", step: this.#run.stepOf(one.task), ...one });
  }

  #stale(): void {
    const { output, reporter, document } = this.#at;
    reporter.close();
    output.note(
      `${output.colors.yellow("stale")} ${document.flow} ${document.run}: it has not finished, and its process is gone`,
    );
    process.exitCode = 1;
  }
}

function oneStep({ flow, run, step }: { flow: string; run: string; step: string }): MillraceError {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot watch one step because --watch shows a whole run: ${run}/${step}`,
    hint: `watch ${flow}/${run}, or follow the step's output with logs ${run}/${step} --follow`,
  });
}
