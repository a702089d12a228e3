import type { Datastore } from "../../../datastore/datastore.ts";
import type { RunSummary } from "../../../datastore/reader/run-summary.ts";
import { durationText, localTimeText } from "../../../text/duration-text.ts";
import type { Output } from "../../output.ts";
import { cellText } from "../../show/cell-text.ts";
import { jsonValue } from "../../show/json-value.ts";
import { runDurationMs, runJson } from "../../show/run-json.ts";
import { statusText } from "../../show/status-text.ts";
import { tableText } from "../../show/table-text.ts";
import { compareMany, type ManyRuns, type RunValue, type ValueRow } from "./compare-many.ts";
import { kindText } from "./ref-text.ts";

/** Runs side by side in one table: a column a run. */
export function showManyRuns(
  runs: readonly RunSummary[],
  { store, output }: { store: Datastore; output: Output },
): void {
  const many = compareMany(store, runs);
  if (output.isJson) return output.json({ runs: runs.map(headJson), ...manyJson(many) });
  const { colors } = output;
  const isOneFlow = new Set(runs.map(({ flow }) => flow)).size === 1;
  const section = (title: string, rows: readonly (readonly string[])[]) => [
    [colors.bold(title)],
    ...(rows.length === 0 ? [[colors.dim("  no difference")]] : rows),
  ];
  output.print(
    tableText({
      header: ["", ...runs.map(({ flow, run }) => (isOneFlow ? run : `${flow}/${run}`))],
      styleHeader: colors.bold,
      rows: [
        ...headRows(runs, output),
        ...section("parameters", many.parameters.map(valueRow)),
        ...section("artifacts at the end", many.fields.map(valueRow)),
        ...section("durations", durationRows(many)),
      ],
    }),
  );
}

function headRows(runs: readonly RunSummary[], { colors }: Output): string[][] {
  const now = Date.now();
  const always = [
    ["status", ...runs.map(({ status }) => statusText(status, colors))],
    ["started", ...runs.map(({ startedAt }) => localTimeText(startedAt))],
    ["took", ...runs.map((run) => durationText(runDurationMs(run, now)))],
  ];
  const differing = [
    ["by", ...runs.map(({ document }) => document.username)],
    ["branch", ...runs.map(({ document }) => document.project?.branch ?? "-")],
    ["tags", ...runs.map(({ tags }) => tags.join(", ") || "-")],
    ["resumes", ...runs.map(({ originRun }) => originRun ?? "-")],
    ["code", ...runs.map(({ document }) => document.code.slice(0, 8))],
  ];
  return [...always, ...differing.filter(([, ...cells]) => new Set(cells).size > 1)];
}

function valueRow({ name, values }: ValueRow): string[] {
  return [`  ${name}`, ...values.map(valueText)];
}

function valueText(held: RunValue): string {
  if (held === null) return "-";
  return "ref" in held ? kindText(held.ref) : cellText(held.value);
}

function durationRows({ steps }: ManyRuns): string[][] {
  const counts = (rows: ManyRuns["steps"][number]["rows"]) => rows.map((row) => row?.counts.total ?? 0);
  return steps.map(({ step, rows }) => {
    const isSame = new Set(counts(rows)).size === 1;
    const cells = rows.map((row) => {
      if (row === null || row.counts.total === 0) return "-";
      const took = row.tookMs === null ? "-" : durationText(row.tookMs);
      return isSame ? took : `${took} (${row.counts.total} ${row.counts.total === 1 ? "task" : "tasks"})`;
    });
    return [`  ${step}`, ...cells];
  });
}

function headJson(run: RunSummary): object {
  const { code, project } = run.document;
  return { ...runJson(run), code, branch: project?.branch ?? null };
}

function manyJson({ parameters, fields, steps }: ManyRuns): object {
  const row = ({ name, values }: ValueRow) => ({ name, values: values.map(valueJson) });
  return {
    parameters: parameters.map(row),
    fields: fields.map(row),
    steps: steps.map(({ step, rows }) => ({
      step,
      tasks: rows.map((one) => one?.counts.total ?? null),
      tookMs: rows.map((one) => one?.tookMs ?? null),
    })),
  };
}

function valueJson(held: RunValue): object | null {
  if (held === null) return null;
  if ("value" in held) return jsonValue(held.value);
  const { type, size, hash } = held.ref;
  return { type, size, hash };
}
