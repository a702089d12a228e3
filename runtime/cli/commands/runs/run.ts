import { visibleLine } from "../../../../sdk/base/visible.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { listRuns } from "../../../datastore/reader/list-runs.ts";
import { resolveFlow } from "../../../datastore/reader/resolve-flow.ts";
import { withTasks } from "../../../datastore/reader/read-run.ts";
import type { RunHeader, RunSummary } from "../../../datastore/reader/run-summary.ts";
import type { ChosenMetrics } from "./chosen-metrics.ts";
import type { ShownColumns } from "./shown-columns.ts";
import type { ShowRunsOptions } from "./flags.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { Output } from "../../output.ts";
import { runDurationMs, runJson } from "../../show/run-json.ts";
import { statusText } from "../../show/status-text.ts";
import { tableText } from "../../show/table-text.ts";
import { countTasks } from "../../../datastore/reader/task-counts.ts";
import { agoText, durationText, localTimeText } from "../../../text/duration-text.ts";

export async function showRuns(context: StoreContext, options: ShowRunsOptions): Promise<void> {
  const output = context.output(options);
  const store = context.datastore(options);
  const flowName = options.flow === null ? context.flowName : resolveFlow(store, options.flow);
  const { headers, metrics } = await chosenRuns(store, { flowName, options, output });
  // Only of a run that is shown the journal is read.
  const runs = headers.map((header) => withTasks(store, header));
  const columns = options.columns === undefined ? null : await columnsOf(store, { runs, texts: options.columns });
  for (const text of [...(metrics?.warnings ?? []), ...(columns?.warnings ?? [])]) output.note(text);
  if (output.isJson) {
    const row = (run: RunSummary) => ({ ...runJson(run), tasks: countTasks(run.tasks) });
    return output.json(
      runs.map((run, at) => ({
        ...row(run),
        ...(columns === null ? {} : { columns: columns.json(at) }),
        ...(metrics === null ? {} : { metrics: metrics.json(run) }),
      })),
    );
  }
  if (runs.length === 0) return output.note(nothingText(flowName, { store, options }));
  output.print(runsTable(runs, { output, hasFlows: flowName === null, columns, metrics }));
}

/** Only who asks for columns loads what reads them. */
async function columnsOf(
  store: Datastore,
  asked: { runs: readonly RunSummary[]; texts: readonly string[] },
): Promise<ShownColumns> {
  const { shownColumns } = await import("./shown-columns.ts");
  return shownColumns(store, asked);
}

interface Asked {
  /** Null for all flows. */
  readonly flowName: string | null;
  readonly options: ShowRunsOptions;
  readonly output: Output;
}

/** Only who asks for metrics loads what reads them. */
async function chosenRuns(
  store: Datastore,
  asked: Asked,
): Promise<{ headers: readonly RunHeader[]; metrics: ChosenMetrics | null }> {
  const { limit, metric, sort } = asked.options;
  const take = (from: Iterable<RunHeader>) => [...first(from, limit === 0 ? Infinity : limit)];
  const headers = listedRuns(store, asked);
  if (metric === undefined && sort === undefined) return { headers: take(headers), metrics: null };
  const { chooseByMetric } = await import("./choose-by-metric.ts");
  const { runs, metrics } = chooseByMetric(store, asked.options, { headers, take });
  return { headers: runs, metrics };
}

function* first<T>(items: Iterable<T>, count: number): Generator<T> {
  let left = count;
  for (const item of items) {
    yield item;
    left -= 1;
    if (left === 0) return;
  }
}

function listedRuns(store: Datastore, { flowName, options, output }: Asked): Generator<RunHeader> {
  const flows = flowName === null ? store.flows() : [flowName];
  const lists = flows.map((flow) =>
    listRuns(store, {
      flow,
      status: options.status,
      tags: options.tag,
      namespace: options.namespace,
      deployment: options.deployment,
      onUnreadable: (run, error) => output.note(`${run} is left out: ${error.message}`),
    }),
  );
  return newestFirst(lists);
}

/** Of several lists, each newest first, one: run ids begin with the time. */
function* newestFirst(lists: readonly Generator<RunHeader>[]): Generator<RunHeader> {
  const heads = lists.map((list) => ({ list, run: nextOf(list) }));
  for (;;) {
    heads.sort((one, other) => ((one.run?.run ?? "") < (other.run?.run ?? "") ? 1 : -1));
    const [newest] = heads;
    if (newest === undefined || newest.run === null) return;
    yield newest.run;
    newest.run = nextOf(newest.list);
  }
}

function nextOf(list: Generator<RunHeader>): RunHeader | null {
  const next: IteratorResult<RunHeader, unknown> = list.next();
  return next.done === true ? null : next.value;
}

function runsTable(
  runs: readonly RunSummary[],
  {
    output: { colors },
    hasFlows,
    columns,
    metrics,
  }: { output: Output; hasFlows: boolean; columns: ShownColumns | null; metrics: ChosenMetrics | null },
): string {
  const now = Date.now();
  const header = [
    ...(hasFlows ? ["FLOW"] : []),
    "RUN",
    "STATUS",
    "STARTED",
    "",
    "DURATION",
    "TASKS",
    "TAGS",
    "RESUMES",
  ];
  const metricNames = metrics?.names ?? [];
  const numbers = [
    ...[...metricNames.keys()].map((at) => header.length + at),
    ...(columns?.numeric ?? []).map((at) => header.length + metricNames.length + at),
  ];
  return tableText({
    header: [...header, ...metricNames.map(visibleLine), ...(columns?.names ?? [])],
    right: [...(hasFlows ? [5, 6] : [4, 5]), ...numbers],
    styleHeader: colors.dim,
    rows: runs.map((run, at) => [
      ...(hasFlows ? [run.flow] : []),
      run.run,
      statusText(run.status, colors),
      localTimeText(run.startedAt),
      colors.dim(agoText(run.startedAt, now)),
      durationText(runDurationMs(run, now)),
      tasksText(run),
      run.tags.join(", "),
      run.originRun ?? "",
      ...(metrics?.cells(run) ?? []),
      ...(columns?.cells(at) ?? []),
    ]),
  });
}

function tasksText(run: RunSummary): string {
  const { done, total } = countTasks(run.tasks);
  return `${done}/${total}`;
}

function nothingText(flow: string | null, { store, options }: { store: Datastore; options: ShowRunsOptions }): string {
  const isFiltered =
    options.status !== undefined ||
    options.tag.length > 0 ||
    options.namespace !== "all" ||
    options.deployment !== undefined;
  return `no ${isFiltered ? "such " : ""}run${flow === null ? "" : ` of ${flow}`} in ${store.storage.location}`;
}
