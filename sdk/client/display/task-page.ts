import { inspect } from "node:util";
import { isMillraceError } from "../../base/millrace-error.ts";
import type { GpuUse } from "../../base/host.ts";
import { kernelPlace } from "../../../runtime/text/kernel-place.ts";
import { previewText } from "../../../runtime/text/preview-text.ts";
import { sizeText } from "../../../runtime/text/size-text.ts";
import { durationText } from "../../../runtime/text/duration-text.ts";
import type { AskedNeeds } from "../../../runtime/datastore/reader/step-usage.ts";
import { usageCharts } from "../../../runtime/render/cards/usage-charts.ts";
import type { Attempt } from "../attempt.ts";
import type { MimeBundle } from "../mime-bundle.ts";
import type { LogLine } from "../task-logs.ts";
import { type Html, markup, table } from "../../../runtime/render/html.ts";
import { page } from "./page.ts";
import { chip, errorHtml, errorLine, facts, NOTHING, section, time } from "../../../runtime/render/parts.ts";
import type { ShownArtifact, ShownTask } from "./shown.ts";

/** Larger values are not loaded for a line of a table. */
const MAX_PREVIEW_BYTES = 100_000;
const MAX_ARTIFACTS = 100;
const MAX_LOG_LINES = 100;
const MAX_LOG_CHARS = 20_000;

/** A task: how it ended, what it left and what it wrote. */
export async function taskPage(
  task: ShownTask,
  { attempts, asked }: { attempts: readonly Attempt[]; asked: AskedNeeds },
): Promise<MimeBundle> {
  const { status, startedAt, finishedAt, error, index, gpu } = task;
  const artifacts = await task.artifacts();
  const rows = facts([
    ["started", time(startedAt)],
    ["took", finishedAt === null ? null : durationText(finishedAt.getTime() - startedAt.getTime())],
    ["label", task.label === "" ? null : task.label],
    ["index", index === null ? null : String(index)],
    ["reused", task.isReused ? "from an earlier run" : null],
    ["kernels ran on", gpu === null ? null : kernelsLine(gpu)],
  ]);
  const left = artifacts.filter(({ isParameter }) => !isParameter);
  const given = artifacts.filter(({ isParameter }) => isParameter);
  const body = markup`<h4>${task.pathspec} ${chip(status)}</h4>
    ${rows} ${error === null ? NOTHING : errorHtml(error)}
    ${attempts.length < 2 ? NOTHING : section("attempts", attemptTable(attempts))}
    ${section("artifacts", left.length === 0 ? markup`<div class="dim">none</div>` : await artifactTable(left))}
    ${given.length === 0 ? NOTHING : section("parameters", await artifactTable(given))}
    ${usage(task, asked)}
    ${section("output", await output(task))}`;
  const kernels = gpu === null ? [] : [`  kernels ran on ${kernelsLine(gpu)}`];
  const lines = left.slice(0, MAX_ARTIFACTS).map(({ name, type, size }) => `  ${name}  ${type}  ${sizeText(size)}`);
  return page({ text: [inspect(task), ...kernels, ...lines].join("\n"), body });
}

/** Of one that was over in no time there is none. */
function usage({ usage: used }: ShownTask, asked: AskedNeeds): Html {
  const series = used?.series ?? null;
  return series === null ? NOTHING : section("usage", usageCharts(series, asked));
}

function kernelsLine(gpu: GpuUse): string {
  const { calls, kernelMs, bytesIn, bytesOut, reason } = gpu;
  const moved = `${sizeText(bytesIn)} in, ${sizeText(bytesOut)} out`;
  const why = reason === null ? "" : `; no GPU: ${reason}`;
  return `${kernelPlace(gpu)}: ${calls} ${calls === 1 ? "call" : "calls"}, ${durationText(kernelMs)}, ${moved}${why}`;
}

function attemptTable(attempts: readonly Attempt[]): Html {
  const rows = attempts.map(({ number, status, startedAt, finishedAt, error }) => [
    number,
    chip(status),
    finishedAt === null ? "" : durationText(finishedAt.getTime() - startedAt.getTime()),
    errorLine(error),
  ]);
  return table(["attempt", "status", "took", "error"], rows, [0, 2]);
}

async function artifactTable(artifacts: readonly ShownArtifact[]): Promise<Html> {
  const shown = artifacts.slice(0, MAX_ARTIFACTS);
  const rows = await Promise.all(
    shown.map(async (one) => [one.name, one.type, sizeText(one.size), one.hash.slice(0, 8), await preview(one)]),
  );
  const more = artifacts.length - shown.length;
  return markup`${table(["name", "type", "size", "hash", "value"], rows, [2])}${more > 0 ? markup`<div class="dim">… and ${more} more</div>` : NOTHING}`;
}

async function preview(artifact: ShownArtifact): Promise<Html> {
  if (artifact.size > MAX_PREVIEW_BYTES) return markup`<span class="dim">large</span>`;
  try {
    return markup`<code>${previewText(await artifact.load(), { maxDepth: null, hasColors: false })}</code>`;
  } catch (error) {
    if (!isMillraceError(error)) throw error;
    return markup`<span class="dim">${error.headline}</span>`;
  }
}

async function output(task: ShownTask): Promise<Html> {
  const last: LogLine[] = [];
  let before = 0;
  for await (const line of task.logs()) {
    last.push(line);
    if (last.length <= MAX_LOG_LINES) continue;
    last.shift();
    before += 1;
  }
  if (last.length === 0) return markup`<div class="dim">none</div>`;
  const shown = last.map(({ time: at, stream, text }) => {
    return `${at.toISOString().slice(11, 23)} ${stream === "stderr" ? "!" : " "} ${text}`;
  });
  const text = shown.join("\n");
  const cut = text.length > MAX_LOG_CHARS ? `…${text.slice(-MAX_LOG_CHARS)}` : text;
  return markup`${before > 0 ? markup`<div class="dim">${before} earlier lines</div>` : NOTHING}
    <pre>${cut}</pre>`;
}
