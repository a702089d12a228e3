import { startOfRun } from "../../../datastore/reader/cause-text.ts";
import { alike } from "../../../datastore/reader/alike.ts";
import type { RunSummary } from "../../../datastore/reader/run-summary.ts";
import { toldWaits } from "../../../datastore/reader/told-waits.ts";
import type { RunAnswer } from "../../api/shapes.ts";
import { rowOf, totalsOf } from "../read-row.ts";
import { json, type ApiRoute } from "../api-route.ts";
import type { ServedStore } from "../served-store.ts";
import { shownParameters } from "../shown-parameters.ts";
import { graphEdges, stepAnswers } from "../step-answers.ts";
import { runAsked } from "../task-asked.ts";
import { taskRow } from "../task-row.ts";

const MAX_FAILURES = 50;

export const runRoute: ApiRoute = {
  method: "GET",
  path: "/api/runs/:flow/:run",
  answer(asked) {
    const opened = runAsked(asked);
    const run = opened.now();
    const { served } = asked;
    const { host, configs, graph } = run.document;
    const value: RunAnswer = {
      ...rowOf(served.store, run, null),
      tasks: totalsOf(run),
      ...startOfRun(run.document),
      ...{ reason: run.reason, host, origin: run.originRun, before: served.list.before(run) },
      shownParameters: shownParameters(served.store.blobs, { ...run.parameters, ...configs }),
      steps: stepAnswers(run, { now: Date.now(), waits: toldWaits(served.store.record(run.flow, run.run), run) }),
      graph: { steps: graph.steps.map(({ name }) => name), edges: graphEdges(run) },
      failures: failuresOf(run, served),
      metrics: opened.metricNames(served.store),
      cursor: opened.cursor,
      isReadOnly: served.isReadOnly,
    };
    return json(value);
  },
};

function failuresOf({ tasks }: RunSummary, { labels }: ServedStore): RunAnswer["failures"] {
  const failed = tasks.filter(({ status, isCancelled }) => status === "failed" && !isCancelled);
  const groups = alike(failed).slice(0, MAX_FAILURES);
  return groups.map((group) => ({ task: taskRow(group[0], labels), count: group.length }));
}
