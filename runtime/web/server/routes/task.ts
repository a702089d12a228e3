import { isMillraceError } from "../../../../sdk/base/millrace-error.ts";
import { toldProgress } from "../../../datastore/reader/told-progress.ts";
import { readMetrics } from "../../../datastore/reader/read-metrics.ts";
import type { RunSummary, TaskSummary } from "../../../datastore/reader/run-summary.ts";
import type { AttemptResult } from "../../../datastore/records.ts";
import { cardsOf } from "../../../render/cards/cards-of.ts";
import { durationText } from "../../../text/duration-text.ts";
import { kernelPlace } from "../../../text/kernel-place.ts";
import type { TaskAnswer } from "../../api/shapes.ts";
import { artifactRows } from "../artifact-rows.ts";
import { json, type ApiRoute } from "../api-route.ts";
import type { ServedStore } from "../served-store.ts";
import { relativesOf } from "../relatives-of.ts";
import { sourcesAsked, taskAsked } from "../task-asked.ts";
import { taskRow } from "../task-row.ts";

/** A join can have 100,000 parents. */
const MAX_RELATED = 100;

export const taskRoute: ApiRoute = {
  method: "GET",
  path: "/api/runs/:flow/:run/:step/:task",
  answer(asked) {
    const { run, task } = taskAsked(asked);
    const { served } = asked;
    const { parents, children } = relativesOf(run, task);
    const rows = (tasks: readonly TaskSummary[]) =>
      tasks.slice(0, MAX_RELATED).map((one) => taskRow(one, served.labels));
    const result = resultOf(served, run, task);
    const value: TaskAnswer = {
      ...taskRow(task, served.labels),
      attempts: task.attempts.map(({ usage, ...attempt }) => ({
        ...attempt,
        cpuMs: usage?.cpuMs ?? null,
        peakMemory: usage?.peakMemory ?? null,
      })),
      artifacts: artifactRows(run, result),
      parents: rows(parents),
      children: rows(children),
      parentCount: parents.length,
      childCount: children.length,
      cards: cardsOf({ store: served.store, run, task }),
      metrics: metricNames(served, sourcesAsked(asked)),
      kernels: kernelsText(result),
      progress: progressOf(served, run, task),
    };
    return json(value);
  },
};

/** Null while there is none, and for one that is missing or damaged: the rest of the task can be seen without. */
function resultOf({ store }: ServedStore, { flow, run }: RunSummary, { result }: TaskSummary): AttemptResult | null {
  if (result === null) return null;
  try {
    return store.record(flow, run).resultAt(result);
  } catch (error) {
    if (isMillraceError(error)) return null;
    throw error;
  }
}

function metricNames({ store }: ServedStore, { sources }: ReturnType<typeof sourcesAsked>): readonly string[] {
  const [latest] = sources;
  return latest === undefined ? [] : [...readMetrics(store.storage, latest).keys()];
}

function kernelsText(result: AttemptResult | null): string | null {
  if (result?.gpu === undefined) return null;
  const { calls, kernelMs } = result.gpu;
  return `${calls} ${calls === 1 ? "call" : "calls"} on ${kernelPlace(result.gpu)}, ${durationText(kernelMs)}`;
}

function progressOf({ store }: ServedStore, { flow, run }: RunSummary, task: TaskSummary): TaskAnswer["progress"] {
  const told = toldProgress(store.record(flow, run), [task]).get(task.task);
  return told === undefined ? null : { fraction: told.fraction, note: told.note };
}
