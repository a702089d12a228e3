import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../../sdk/base/nearest.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { resolvePathspec, type ResolvedPathspec } from "../../../datastore/reader/resolve-pathspec.ts";
import { ItemLabels } from "../../../datastore/reader/item-labels.ts";
import { taskName } from "../../../text/task-name.ts";
import type { RunSummary, TaskSummary } from "../../../datastore/reader/run-summary.ts";
import { taskValues } from "../../../datastore/reader/task-values.ts";
import type { LastValues } from "../../../datastore/last-values.ts";
import type { ArtifactTable } from "../../../datastore/records.ts";
import { caughtFields } from "../../../graph/caught-fields.ts";
import type { DumpOptions } from "./flags.ts";
import type { StoreContext } from "../../cli-context.ts";
import { flowMeant } from "../../flow-meant.ts";
import { ownerMeant } from "../../owner-meant.ts";
import { artifactsJson, artifactsText } from "../../show/artifacts-text.ts";
import { type ArtifactView, artifactViews, undefinedView } from "../../show/artifact-view.ts";
import { writeFileArtifact } from "./write-file-artifact.ts";
import { metricsLine } from "../../show/metrics-line.ts";
import { statusText } from "../../show/status-text.ts";
import { durationText } from "../../../text/duration-text.ts";

export interface ShowArtifactsOptions extends DumpOptions {
  readonly pathspec: string | undefined;
}

interface TaskDump {
  readonly task: TaskSummary;
  readonly label: string;
  readonly artifacts: readonly ArtifactView[];
  /** What stands last in what it logged. */
  readonly metrics: LastValues;
}

export async function showArtifacts(context: StoreContext, options: ShowArtifactsOptions): Promise<void> {
  const output = context.output(options);
  const store = context.datastore(options);
  const text = options.pathspec ?? "latest";
  const chosen = resolvePathspec(store, {
    flow: flowMeant(context, { store, text }),
    text,
    owner: ownerMeant(context, options),
  });
  const tasks = options.pathspec === undefined ? [endTask(chosen.run)] : chosen.tasks;
  if (options.artifact !== undefined) checkArtifact(store, { chosen, tasks, name: options.artifact });
  const shown = tasks.slice(0, options.limit ?? tasks.length);
  const dumps = dumpsOf(store, { run: chosen.run, tasks: shown, options });
  const given = viewsOf(store, { ...chosen.run.document.configs, ...chosen.run.parameters }, options);
  if (options.output !== undefined) {
    const views = [...given, ...[...dumps].flatMap(({ artifacts }) => artifacts)];
    const place = await writeFileArtifact(views, { ...options, output: options.output, cwd: context.cwd });
    return output.note(`wrote ${place}`);
  }
  if (output.isJson) {
    const { flow, run } = chosen.run;
    return output.json({ flow, run, parameters: artifactsJson(given), tasks: [...dumps].map(dumpJson) });
  }
  const { artifact, maxDepth = artifact === undefined ? null : 8, maxRows } = options;
  const looks = { output, maxDepth, ...(maxRows === undefined ? {} : { maxRows }) };
  if (given.length > 0) output.print(`${output.colors.bold("parameters")}\n${artifactsText(given, looks)}\n`);
  for (const { task, label, artifacts, metrics } of dumps) {
    if (artifacts.length === 0 && options.artifact !== undefined) continue;
    output.print(titleOf(chosen.run, { task, label, colors: output.colors }));
    const logged = options.artifact === undefined ? metricsLine(Object.entries(metrics)) : "";
    if (logged !== "") output.print(`  ${output.colors.dim("metrics")}  ${logged}`);
    output.print(`${artifactsText(artifacts, looks)}\n`);
  }
  if (tasks.length === 0) output.note(notRun(chosen));
  const left = tasks.length - shown.length;
  if (left > 0) output.note(`${left} more task${left === 1 ? "" : "s"}; --limit ${tasks.length} shows all`);
}

/** A step that is asked for may be one that the run has not come to. */
function notRun({ run: { run, status }, step }: ResolvedPathspec): string {
  const what = step === null ? "no task" : `no task of ${step}`;
  return `${what} has run: ${run} ${status === "running" ? "is at earlier steps" : `is ${status}`}`;
}

/** One task after the other, so that a long run is never in memory as a whole. */
function* dumpsOf(
  store: Datastore,
  { run, tasks, options }: { run: RunSummary; tasks: readonly TaskSummary[]; options: DumpOptions },
): Generator<TaskDump> {
  const labels = new ItemLabels(store.blobs);
  const { flow, run: id } = run;
  const logged = new Map<TaskSummary, LastValues>();
  for (const { task, last } of taskValues(store.storage, { flow, run: id, tasks })) logged.set(task, last);
  for (const task of tasks) {
    const artifacts = viewsOf(store, tableOf(store, run, task), options);
    const { artifact } = options;
    if (artifacts.length === 0 && artifact !== undefined && isUncaught(artifact, { run, tasks: [task] }))
      artifacts.push(undefinedView(artifact));
    yield { task, label: labels.of(task.place), artifacts, metrics: logged.get(task) ?? {} };
  }
}

/** True for a field of `@catchError` where one of the tasks is through: without an artifact of that name it is `undefined`. */
function isUncaught(name: string, { run, tasks }: { run: RunSummary; tasks: readonly TaskSummary[] }): boolean {
  return tasks.some(({ result }) => result !== null) && caughtFields(run.document.graph).has(name);
}

function viewsOf(store: Datastore, table: ArtifactTable, { artifact, maxSize }: DumpOptions): ArtifactView[] {
  return artifactViews(table, { blobs: store.blobs, maxBytes: maxSize, only: artifact });
}

function tableOf(store: Datastore, { flow, run }: RunSummary, { result }: TaskSummary): ArtifactTable {
  return result === null ? {} : store.record(flow, run).resultAt(result).artifacts;
}

function titleOf(
  run: RunSummary,
  { task, label, colors }: Omit<TaskDump, "artifacts" | "metrics"> & { colors: Parameters<typeof statusText>[1] },
): string {
  const { step, index, status, startedAt, finishedAt } = task;
  const notes = [
    ...(index === null ? [] : [`index ${index}`]),
    ...(task.isReused ? [`reused from ${task.result ?? ""}`] : []),
    ...(finishedAt === null ? [] : [durationText(finishedAt - startedAt)]),
    ...(task.error === null || status === "caught"
      ? []
      : [`${task.error.name}: ${task.error.message.split("\n", 1)[0]}`]),
  ];
  const name = colors.bold(`${run.run}/${taskName({ step, task: task.task, label })}`);
  return [name, statusText(status, colors), ...notes.map((note) => colors.dim(note))].join("  ");
}

function dumpJson({ task, label, artifacts, metrics }: TaskDump): object {
  const { step, task: number, index, status, isReused, result } = task;
  return { step, task: number, index, label, status, isReused, result, metrics, artifacts: artifactsJson(artifacts) };
}

function endTask(run: RunSummary): TaskSummary {
  const { end } = run.document.graph;
  const found = run.tasks.findLast(({ step, result }) => step === end && result !== null);
  if (found !== undefined) return found;
  const done = run.tasks.findLast(({ result }) => result !== null);
  throw new MillraceError({
    code: "MILLRACE_PATHSPEC",
    headline: `Cannot show the end of ${run.flow}/${run.run} because the run has not reached it: its status is ${run.status}`,
    hint: done === undefined ? "see status" : `ask for another task, as in dump ${run.run}/${done.step}/${done.task}`,
  });
}

function checkArtifact(
  store: Datastore,
  { chosen, tasks, name }: { chosen: ResolvedPathspec; tasks: readonly TaskSummary[]; name: string },
): void {
  const { run } = chosen;
  const names = new Set([...Object.keys(run.parameters), ...Object.keys(run.document.configs)]);
  for (const task of tasks) {
    if (names.has(name)) return;
    for (const one of Object.keys(tableOf(store, run, task))) names.add(one);
  }
  if (names.has(name) || isUncaught(name, { run, tasks })) return;
  const meant = nearest(name, names);
  throw new MillraceError({
    code: "MILLRACE_PATHSPEC",
    headline: `Cannot show the artifact ${name} because no task asked for has one of that name`,
    details: [`artifacts: ${[...names].sort().join(", ") || "none"}`],
    ...(meant === null ? {} : { hint: `did you mean ${meant}?` }),
  });
}
