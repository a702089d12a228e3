import { taskIn } from "../../datastore/reader/resolve-pathspec.ts";
import type { RunSummary, TaskSummary } from "../../datastore/reader/run-summary.ts";
import { type LogSource, sourcesOf } from "../../datastore/reader/log-source.ts";
import { numberIn } from "./query.ts";
import { RefusedRequest } from "./refused-request.ts";
import type { FoldedRun } from "./folded-run.ts";
import type { Asked } from "./api-route.ts";

/** The run that the path names. */
export function runAsked({ served, params }: Asked): FoldedRun {
  return served.runs.get({ flow: params["flow"] ?? "", run: params["run"] ?? "" });
}

/**
 * The task that the path names.
 * @throws MillraceError `MILLRACE_PATHSPEC` if the run has no such task
 */
export function taskAsked(asked: Asked): {
  readonly run: RunSummary;
  readonly task: TaskSummary;
} {
  const run = runAsked(asked).now();
  const { step = "", task = "" } = asked.params;
  if (!/^\d{1,15}$/.test(task))
    throw new RefusedRequest(404, { headline: "Cannot find the task because it is not a number" });
  return { run, task: taskIn(run, { step, task: Number(task) }) };
}

/** Where output and metrics of a task's attempts are: the one that the query names, else the latest first. */
export function sourcesAsked(asked: Asked): {
  readonly run: RunSummary;
  readonly task: TaskSummary;
  readonly sources: readonly LogSource[];
} {
  const { run, task } = taskAsked(asked);
  const attempt = numberIn(asked.query, "attempt", { otherwise: -1, max: Number.MAX_SAFE_INTEGER });
  return { run, task, sources: sourcesOf(run, { task, attempt: attempt < 0 ? undefined : attempt }) };
}
