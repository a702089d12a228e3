import { drawSvg } from "../../../runtime/graph/draw/draw-svg.ts";
import { startOfRun } from "../../../runtime/datastore/reader/cause-text.ts";
import { jobsOverTime } from "../../../runtime/datastore/reader/jobs-over-time.ts";
import { stepUsages } from "../../../runtime/datastore/reader/step-usage.ts";
import { jobsChart } from "../../../runtime/render/cards/usage-charts.ts";
import { usageTable } from "../../../runtime/render/usage-table.ts";
import { stepRows } from "../../../runtime/datastore/reader/step-rows.ts";
import type { RunSummary } from "../../../runtime/datastore/reader/run-summary.ts";
import type { ItemLabels } from "../../../runtime/datastore/reader/item-labels.ts";
import { taskName } from "../../../runtime/text/task-name.ts";
import { durationText } from "../../../runtime/text/duration-text.ts";
import type { MimeBundle } from "../mime-bundle.ts";
import { Html, markup, table } from "../../../runtime/render/html.ts";
import { page } from "./page.ts";
import { chip, errorHtml, facts, NOTHING, section, time } from "../../../runtime/render/parts.ts";
import { timeline } from "../../../runtime/render/timeline.ts";

const MAX_FAILURES = 3;
const MAX_STEPS = 200;

/** A run: how it stands, when what was at work, and its graph. */
export function runPage(run: RunSummary, labels: ItemLabels): MimeBundle {
  const { flow, status, startedAt, finishedAt, lastSeenAt, tags, originRun, document, reason } = run;
  const { deployment, cause } = startOfRun(document);
  const took = durationText((status === "running" ? Date.now() : lastSeenAt) - startedAt);
  const rows = facts([
    ["started", time(new Date(startedAt))],
    [
      status === "stale" ? "last seen" : "finished",
      finishedAt === null && status !== "stale" ? null : time(new Date(lastSeenAt)),
    ],
    ["took", took],
    ["by", `${document.username} on ${document.host}`],
    ["tags", tags.join(", ")],
    ["deployment", deployment],
    ["cause", cause],
    ["resumes", originRun],
    ["reason", reason],
  ]);
  const body = markup`<h4>${flow}/${run.run} ${chip(status)}</h4>${failures(run, labels)}
    <div class="sides"><div>${rows}
    ${run.tasks.length === 0 ? NOTHING : section("timeline", timeline(run))}
    ${section("steps", steps(run))}
    ${usage(run)}</div><div>${section("graph", graph(run))}</div></div>`;
  return page({ text: `Run ${flow}/${run.run}  ${status}  ${took}\n${stepsText(run)}`, body });
}

function failures({ tasks }: RunSummary, labels: ItemLabels): Html {
  const failed = tasks.filter(({ status, isCancelled }) => status === "failed" && !isCancelled);
  const shown = failed.slice(0, MAX_FAILURES).map(({ step, task, place, error }) => {
    return markup`<h5>${taskName({ step, task, label: labels.of(place) })} failed</h5>
      ${error === null ? NOTHING : errorHtml(error)}`;
  });
  const left = failed.length - shown.length;
  return markup`${shown}${left > 0 ? markup`<div class="dim">… and ${left} more</div>` : NOTHING}`;
}

function steps(run: RunSummary): Html {
  const count = (number: number) => (number === 0 ? "" : number);
  const rows = stepRows(run).slice(0, MAX_STEPS);
  return table(
    ["step", "tasks", "done", "failed", "running", "took"],
    rows.map(({ step, counts, tookMs }) => [
      step,
      count(counts.total),
      count(counts.done),
      count(counts.failed + counts.cancelled + counts.stale),
      count(counts.running + counts.pending),
      tookMs === null ? (counts.reused > 0 ? "reused" : "") : durationText(tookMs),
    ]),
    [1, 2, 3, 4, 5],
  );
}

/** What steps asked for and used, and how many tasks ran at once. */
function usage(run: RunSummary): Html {
  const usages = stepUsages([run]).slice(0, MAX_STEPS);
  if (usages.length === 0) return NOTHING;
  return markup`${section("usage", usageTable(usages))}<div>${jobsChart(jobsOverTime(run))}</div>`;
}

/** The picture has a ground of its own, so it is readable on any. */
function graph({ document }: RunSummary): Html {
  return markup`<div class="dag">${new Html(drawSvg(document.graph))}</div>`;
}

function stepsText(run: RunSummary): string {
  return stepRows(run)
    .slice(0, MAX_STEPS)
    .map(
      ({ step, counts }) =>
        `  ${step}  ${counts.done}/${counts.total}${counts.failed > 0 ? `  ${counts.failed} failed` : ""}`,
    )
    .join("\n");
}
