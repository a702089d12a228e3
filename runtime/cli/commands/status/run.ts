import { visibleLine } from "../../../../sdk/base/visible.ts";
import type { LastValue } from "../../../datastore/last-values.ts";
import { runValues } from "../../../datastore/reader/run-values.ts";
import { startOfRun } from "../../../datastore/reader/cause-text.ts";
import { resolvePathspec } from "../../../datastore/reader/resolve-pathspec.ts";
import { ItemLabels } from "../../../datastore/reader/item-labels.ts";
import type { RunSummary } from "../../../datastore/reader/run-summary.ts";
import type { StoreContext } from "../../cli-context.ts";
import { flowMeant } from "../../flow-meant.ts";
import type { Output } from "../../output.ts";
import { type BranchOptions, ownerMeant } from "../../owner-meant.ts";
import { emptyForeachLines } from "./empty-foreach-lines.ts";
import { failuresText } from "./failures-text.ts";
import { toldProgress } from "../../../datastore/reader/told-progress.ts";
import { toldWaits } from "../../../datastore/reader/told-waits.ts";
import { waitsText } from "../../../text/waits-text.ts";
import { progressText } from "./progress-text.ts";
import { gpuUses, kernelsText } from "./kernels-text.ts";
import { loggedByTasks, metricsText } from "./metrics-text.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";
import { runDurationMs, runJson, taskJson, type TaskLooks } from "../../show/run-json.ts";
import { metricsLine } from "../../show/metrics-line.ts";
import { statusText } from "../../show/status-text.ts";
import { stepRows, type StepRow } from "../../../datastore/reader/step-rows.ts";
import { tableText } from "../../show/table-text.ts";
import { agoText, durationText, localTimeText } from "../../../text/duration-text.ts";

export interface StatusOptions extends InspectOptions, BranchOptions {
  readonly run: string;
}

interface WaitingStepRow extends StepRow {
  /** What its next task waits for. */
  readonly waitsFor: readonly string[];
}

export function showStatus(context: StoreContext, options: StatusOptions): void {
  const output = context.output(options);
  const store = context.datastore(options);
  const { run, step, tasks } = resolvePathspec(store, {
    flow: flowMeant(context, { store, text: options.run }),
    text: options.run,
    owner: ownerMeant(context, options),
  });
  const record = store.record(run.flow, run.run);
  const waits = toldWaits(record, run);
  const waitsFor = run.status === "pending" ? (record.waits()?.waitsFor ?? record.heartbeat()?.awaits ?? null) : null;
  const steps = stepRows(run).map((row) => ({ ...row, waitsFor: waits.get(row.step) ?? [] }));
  const labels = new ItemLabels(store.blobs);
  const progress = toldProgress(record, run.tasks);
  // A whole run can have too many results to read.
  const uses = step === null ? [] : gpuUses(store, run, { tasks, labels });
  const logged = step === null ? [] : loggedByTasks(store, run, { tasks, labels });
  // While the run goes on, its tasks would have to be asked.
  const values = run.finishedAt === null ? new Map<string, LastValue>() : runValues(store, run);
  if (output.isJson)
    return output.json({
      ...statusJson(run, { steps, labels, progress }),
      ...(waitsFor === null ? {} : { waitsFor }),
      metrics: Object.fromEntries(values),
      ...(step === null ? {} : { kernels: uses, logged }),
    });
  const parts = [
    ...[
      headerText(run, { output, values, waitsFor }),
      stepsText(steps, output),
      emptyForeachLines(run, labels),
      progressText(run, { progress, labels, output }),
      metricsText(logged, output),
      kernelsText(uses, output),
    ],
    ...failuresText(run, { colors: output.colors, labels, programName: context.programName }),
  ];
  output.print(parts.filter((part) => part !== "").join("\n\n"));
}

function statusJson(
  run: RunSummary,
  { steps, labels, progress }: { steps: readonly WaitingStepRow[] } & TaskLooks,
): object {
  labels.ahead(run.tasks.map(({ place }) => place));
  const { parameters, configs, versions, code, flowFile, environments } = run.document;
  return {
    ...runJson(run),
    ...{ parameters, configs, versions, code, flowFile, environments },
    steps,
    tasks: run.tasks.map((task) => taskJson(task, { labels, progress })),
  };
}

function headerText(
  run: RunSummary,
  {
    output: { colors },
    values,
    waitsFor,
  }: { output: Output; values: ReadonlyMap<string, LastValue>; waitsFor: string | null },
): string {
  const now = Date.now();
  const { document, finishedAt } = run;
  const { deployment, cause } = startOfRun(document);
  const rows = [
    ["started", `${localTimeText(run.startedAt)}  ${colors.dim(agoText(run.startedAt, now))}`],
    ["finished", finishedAt === null ? "" : localTimeText(finishedAt)],
    ["last seen", run.status === "stale" ? `${localTimeText(run.lastSeenAt)}  its process is gone` : ""],
    ["took", durationText(runDurationMs(run, now))],
    ["deployed", deployment ?? ""],
    ["cause", cause ?? ""],
    ["resumes", run.originRun ?? ""],
    ["tags", run.tags.join(", ")],
    ["by", `${document.username} on ${document.host}`],
    ["waits for", waitsFor ?? ""],
    ["reason", run.reason ?? ""],
    ["metrics", metricsLine(values)],
  ].filter(([, value]) => value !== "");
  const lines = rows.map(([name = "", value = ""]) => `  ${colors.dim(name.padEnd(9))}  ${visibleLine(value)}`);
  return [`${colors.bold(`${run.flow}/${run.run}`)}  ${statusText(run.status, colors)}`, ...lines].join("\n");
}

function stepsText(steps: readonly WaitingStepRow[], { colors }: Output): string {
  const count = (number: number) => (number === 0 ? "" : String(number));
  return tableText({
    header: [
      "STEP",
      "TASKS",
      "DONE",
      "REUSED",
      "CAUGHT",
      "FAILED",
      "STOPPED",
      "RUNNING",
      "WAITING",
      "STALE",
      "TOOK",
      "",
    ],
    right: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    styleHeader: colors.dim,
    rows: steps.map(({ step, counts, tookMs, waitsFor }) => [
      counts.total === 0 ? colors.dim(step) : step,
      counts.total === 0 ? colors.dim("-") : String(counts.total),
      count(counts.done),
      count(counts.reused),
      colors.yellow(count(counts.caught)),
      colors.red(count(counts.failed)),
      colors.yellow(count(counts.cancelled)),
      colors.cyan(count(counts.running)),
      count(counts.pending),
      colors.yellow(count(counts.stale)),
      tookMs === null ? "" : durationText(tookMs),
      waitsText(waitsFor, counts),
    ]),
  });
}
