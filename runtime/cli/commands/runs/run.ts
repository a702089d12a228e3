import type { Datastore } from "../../../datastore/datastore.ts";
import { listRuns } from "../../../datastore/reader/list-runs.ts";
import { withTasks } from "../../../datastore/reader/read-run.ts";
import type { RunSummary } from "../../../datastore/reader/run-summary.ts";
import type { RunsOptions } from "./flags.ts";
import type { CliContext } from "../../context.ts";
import type { Output } from "../../output.ts";
import { runDurationMs, runJson } from "../../show/run-json.ts";
import { statusText } from "../../show/status-text.ts";
import { tableText } from "../../show/table.ts";
import { countTasks } from "../../../datastore/reader/task-counts.ts";
import { agoText, durationText, localTimeText } from "../../../text/times.ts";

export function showRuns(context: CliContext, options: RunsOptions): void {
  const output = context.output(options);
  const store = context.datastore(options);
  const runs = [...chosenRuns(store, { context, options, output })];
  if (output.isJson) return output.json(runs.map((run) => ({ ...runJson(run), tasks: countTasks(run.tasks) })));
  if (runs.length === 0) return output.note(nothingText(context.flowName, { store, options }));
  output.print(runsTable(runs, output));
}

function* chosenRuns(
  store: Datastore,
  { context, options, output }: { context: CliContext; options: RunsOptions; output: Output },
): Generator<RunSummary> {
  let left = options.limit === 0 ? Infinity : options.limit;
  const headers = listRuns(store, {
    flow: context.flowName,
    status: options.status,
    tags: options.tag,
    namespace: options.namespace,
    onUnreadable: (run, error) => output.note(`${run} is left out: ${error.message}`),
  });
  for (const header of headers) {
    // Only of a run that is shown the journal is read.
    yield withTasks(store, header);
    left -= 1;
    if (left === 0) return;
  }
}

function runsTable(runs: readonly RunSummary[], { colors }: Output): string {
  const now = Date.now();
  return tableText({
    header: ["RUN", "STATUS", "STARTED", "", "DURATION", "TASKS", "TAGS", "RESUMES"],
    right: [4, 5],
    styleHeader: colors.dim,
    rows: runs.map((run) => [
      run.run,
      statusText(run.status, colors),
      localTimeText(run.startedAt),
      colors.dim(agoText(run.startedAt, now)),
      durationText(runDurationMs(run, now)),
      tasksText(run),
      run.tags.join(", "),
      run.originRun ?? "",
    ]),
  });
}

function tasksText(run: RunSummary): string {
  const { done, total } = countTasks(run.tasks);
  return `${done}/${total}`;
}

function nothingText(flow: string, { store, options }: { store: Datastore; options: RunsOptions }): string {
  const isFiltered = options.status !== undefined || options.tag.length > 0 || options.namespace !== "all";
  return `no ${isFiltered ? "such " : ""}run of ${flow} in ${store.storage.location}`;
}
