import { messageOf } from "../../../sdk/base/message-of.ts";
import { loadArtifact } from "../../datastore/load-artifact.ts";
import type { ArtifactRef, ArtifactTable } from "../../datastore/records.ts";
import { ItemLabels } from "../../datastore/reader/item-labels.ts";
import { type LogSource, sourcesOf } from "../../datastore/reader/log-source.ts";
import { askedNeeds } from "../../datastore/reader/step-usage.ts";
import { drawSvg } from "../../graph/draw/draw-svg.ts";
import { durationText } from "../../text/duration-text.ts";
import { previewText } from "../../text/preview-text.ts";
import { sizeText } from "../../text/size-text.ts";
import { Html, markup, table } from "../html.ts";
import { chip, errorHtml, errorLine, facts, NOTHING, section, time } from "../parts.ts";
import type { CardSource } from "./card-source.ts";
import { metricCharts } from "./metric-charts.ts";
import { usageCharts } from "./usage-charts.ts";
import { outputTail } from "./output-tail.ts";

/** Larger values are not loaded for a line of a table. */
const MAX_PREVIEW_BYTES = 100_000;
const MAX_ARTIFACTS = 200;
/** Larger graphs would be the card. */
const MAX_STEPS = 60;

/** What is known of any task, as a card: made when it is looked at, from the store, so that it costs the task nothing. */
export function defaultCard(source: CardSource): Html {
  const { store, run, task } = source;
  const given = { ...run.document.configs, ...run.parameters };
  const left = task.result === null ? {} : store.record(run.flow, run.run).resultAt(task.result).artifacts;
  const places = sourcesOf({ flow: run.flow, run: run.run }, { task, attempt: source.attempt });
  const { graph } = run.document;
  const parts = [
    task.error === null ? null : errorHtml(task.error),
    task.attempts.length < 2 ? null : section("attempts", attempts(source)),
    section("artifacts", artifacts(source, left)),
    Object.keys(given).length === 0 ? null : section("parameters", artifacts(source, given)),
    optionalSection("metrics", metricCharts(store.storage, places)),
    optionalSection("usage", usage(source, places)),
    section("output", outputTail(store.storage, places)),
    graph.steps.length > MAX_STEPS ? null : section("place in the flow", place(source)),
  ];
  return markup`${taskFacts(source)}${parts.map((part) => part ?? NOTHING)}`;
}

function optionalSection(title: string, body: Html | null): Html | null {
  return body === null ? null : section(title, body);
}

/** Null for attempts that were over in no time. */
function usage({ store, run, task }: CardSource, [latest]: readonly LogSource[]): Html | null {
  if (latest === undefined) return null;
  try {
    const series = store.record(latest.flow, latest.run).series(latest);
    if (series === null) return null;
    return usageCharts(series, askedNeeds([run], { step: task.step, attempt: latest.attempt }));
  } catch (error) {
    return markup`<span class="dim">${messageOf(error).split("\n", 1)[0] ?? ""}</span>`;
  }
}

function taskFacts({ store, run, task }: CardSource): Html {
  const usage = task.attempts.at(-1)?.usage ?? null;
  const rows = facts([
    ["task", markup`${run.flow}/${run.run}/${task.step}/${task.task} ${chip(task.status)}`],
    ["item", new ItemLabels(store.blobs).of(task.place)],
    ["started", time(new Date(task.startedAt))],
    ["took", task.finishedAt === null ? null : durationText(task.finishedAt - task.startedAt)],
    ["attempt", task.attempt === 0 ? null : String(task.attempt)],
    ["reused", task.isReused ? "from an earlier run" : null],
    ["processor time", usage?.cpuMs === undefined ? null : durationText(usage.cpuMs)],
    ["peak memory", usage?.peakMemory === undefined ? null : sizeText(usage.peakMemory)],
    ["by", `${run.document.username} on ${run.document.host}`],
    ["tags", run.tags.join(", ")],
  ]);
  return rows;
}

function attempts({ task }: CardSource): Html {
  const rows = task.attempts.map(({ attempt, status, startedAt, finishedAt, error, usage }) => [
    attempt,
    chip(status),
    finishedAt === null ? "" : durationText(finishedAt - startedAt),
    usage?.peakMemory === undefined ? "" : sizeText(usage.peakMemory),
    errorLine(error),
  ]);
  return table(["attempt", "status", "took", "peak memory", "error"], rows, [0, 2, 3]);
}

function artifacts(source: CardSource, artifactTable: ArtifactTable): Html {
  const all = Object.entries(artifactTable).sort(([a], [b]) => (a < b ? -1 : 1));
  if (all.length === 0) return markup`<div class="dim">none</div>`;
  const shown = all.slice(0, MAX_ARTIFACTS);
  const rows = shown.map(([name, ref]) => [name, ref.type, sizeText(ref.size), preview(source, name, ref)]);
  const more = all.length - shown.length;
  return markup`${table(["name", "type", "size", "value"], rows, [2])}${more > 0 ? markup`<div class="dim">… and ${more} more</div>` : NOTHING}`;
}

function preview({ store }: CardSource, name: string, ref: ArtifactRef): Html {
  if (ref.size > MAX_PREVIEW_BYTES) return markup`<span class="dim">large</span>`;
  try {
    const text = previewText(loadArtifact(store.blobs, name, ref), { maxDepth: null, hasColors: false });
    return markup`<code>${text}</code>`;
  } catch (error) {
    return markup`<span class="dim">${messageOf(error).split("\n", 1)[0] ?? ""}</span>`;
  }
}

function place({ run, task }: CardSource): Html {
  return markup`<div class="dag">${new Html(drawSvg(run.document.graph, { here: task.step }))}</div>`;
}
