import type { Datastore } from "../../../datastore/datastore.ts";
import { compareRuns, type RunComparison, type StepComparison } from "../../../datastore/reader/compare-runs.ts";
import type { RunSummary } from "../../../datastore/reader/run-summary.ts";
import type { ArtifactRef } from "../../../datastore/records.ts";
import { compareRunReach, type RunReachChanges } from "../../../launch/plan/compare-run-reach.ts";
import { packageChangeText } from "../../../package/reach/compare-reach.ts";
import { durationText } from "../../../text/duration-text.ts";
import type { Output } from "../../output.ts";
import { runDurationMs, runJson } from "../../show/run-json.ts";
import { statusText } from "../../show/status-text.ts";
import { type TextTableOptions, tableText } from "../../show/table-text.ts";
import { refJson, refText } from "./ref-text.ts";

type Comparison = RunComparison & Pick<RunReachChanges, "packages" | "byStep">;

/** How the second run differs from the first. */
export function showTwoRuns(
  runs: readonly [RunSummary, RunSummary],
  { store, output }: { store: Datastore; output: Output },
): void {
  const [before, after] = runs;
  const reach = compareRunReach(store, [before.document, after.document]);
  const comparison: Comparison = { packages: [], byStep: [], ...compareRuns(store, runs), ...reach };
  if (output.isJson) return output.json({ runs: runs.map(runJson), ...comparisonJson(store, comparison) });
  const title = `${nameOf(before, output)}  →  ${nameOf(after, output)}`;
  const parts = [title, ...sections({ store, output }, comparison), durations(runs, comparison, output)];
  output.print(parts.join("\n\n"));
}

function nameOf({ flow, run, status }: RunSummary, { colors }: Output): string {
  return `${colors.bold(`${flow}/${run}`)} ${statusText(status, colors)}`;
}

function sections({ store, output }: { store: Datastore; output: Output }, comparison: Comparison): string[] {
  const { colors } = output;
  const section = (name: string, body: string, none = "no difference") =>
    `${colors.bold(name)}\n${body === "" ? colors.dim(`  ${none}`) : body}`;
  const isPartial = comparison.steps.some(
    ({ before, after }) => before?.tasks !== after?.tasks || (before?.tookMs === null) !== (after?.tookMs === null),
  );
  const change = ({ before, after }: { before: ArtifactRef | null; after: ArtifactRef | null }) => {
    const [old, now] = [refText(store, before), refText(store, after)];
    return old === now && before !== null ? [old, "another value of this kind"] : [old, now];
  };
  const parameters = comparison.parameters.map((one) => [one.name, ...change(one)]);
  const artifacts = comparison.artifacts.map((one) => [
    one.name,
    one.steps.join(", "),
    one.tasks === 1 ? "" : `${one.differing} of ${one.tasks} tasks, as`,
    ...change(one),
  ]);
  const look = { indent: "  ", styleHeader: colors.dim };
  return [
    section(
      "parameters",
      parameters.length === 0 ? "" : tableText({ ...look, header: ["NAME", "BEFORE", "AFTER"], rows: parameters }),
    ),
    ...(comparison.byStep.length === 0 ? [] : [section("code by step", byStepText(comparison))]),
    section("code", codeText(comparison, colors)),
    ...(comparison.packages.length === 0 ? [] : [section("packages", packagesText(comparison, look))]),
    section(
      "artifacts",
      artifacts.length === 0
        ? ""
        : tableText({ ...look, header: ["NAME", "LEFT BY", "", "BEFORE", "AFTER"], rows: artifacts }),
      isPartial ? "no difference in the tasks that both runs have" : undefined,
    ),
  ];
}

/** This many changes are told of each step; `--json` has all. */
const MAX_SHOWN = 8;

function byStepText({ byStep }: Comparison): string {
  const lines = byStep.map(({ step, code, packages }) => {
    const all = [...code, ...packages.map(packageChangeText)];
    const left = all.length - MAX_SHOWN;
    return `  ${step}: ${all.slice(0, MAX_SHOWN).join("; ")}${left > 0 ? `; ${left} more` : ""}`;
  });
  return lines.join("\n");
}

function packagesText({ packages }: Comparison, look: Pick<TextTableOptions, "indent" | "styleHeader">): string {
  const versions = (side: readonly string[]) => side.join(", ") || "-";
  const rows = packages.map(({ name, steps, before, after }) => {
    const [old, now] = [versions(before), versions(after)];
    return [name, steps.join(", "), old, old === now ? `${now} (other files)` : now];
  });
  return tableText({ ...look, header: ["NAME", "USED BY", "BEFORE", "AFTER"], rows });
}

function codeText({ code, reusedThoughChanged, byStep }: Comparison, colors: Output["colors"]): string {
  if (code.isSame) return "";
  const isTold = reusedThoughChanged.length === 0 || byStep.length > 0;
  const steps = isTold ? [] : [`  steps: ${reusedThoughChanged.join(", ")}`];
  const lines = String(code)
    .trimEnd()
    .split("\n")
    .map((line) => {
      if (/^(\+\+\+|---) /.test(line)) return colors.bold(line);
      if (line.startsWith("+")) return colors.green(line);
      return line.startsWith("-") ? colors.red(line) : line;
    });
  return [...steps, ...lines.map((line) => `  ${line}`)].join("\n");
}

function durations(
  [before, after]: readonly [RunSummary, RunSummary],
  { steps }: RunComparison,
  { colors }: Output,
): string {
  const now = Date.now();
  const row = (name: string, [old, late]: readonly [number | null, number | null], tasks: string) => [
    name,
    tasks,
    old === null ? "-" : durationText(old),
    late === null ? "-" : durationText(late),
    old === null || late === null ? "" : changeText(old, late),
  ];
  const rows = steps.map((one) =>
    row(one.step, [one.before?.tookMs ?? null, one.after?.tookMs ?? null], tasksText(one)),
  );
  const whole = row("the run", [runDurationMs(before, now), runDurationMs(after, now)], "");
  const header = ["STEP", "TASKS", "BEFORE", "AFTER", "CHANGE"];
  const right = [2, 3, 4];
  return `${colors.bold("durations")}\n${tableText({ header, right, indent: "  ", styleHeader: colors.dim, rows: [...rows, whole] })}`;
}

function tasksText({ before, after }: StepComparison): string {
  const [old, now] = [before?.tasks ?? 0, after?.tasks ?? 0];
  return old === now ? String(now) : `${old} → ${now}`;
}

function changeText(before: number, after: number): string {
  if (before < 1) return "";
  const percent = Math.round((after / before - 1) * 100);
  return percent > 0 ? `+${percent} %` : `${percent} %`;
}

function comparisonJson(store: Datastore, comparison: Comparison): object {
  const { parameters, code, reusedThoughChanged, byStep, packages, artifacts, steps } = comparison;
  const value = (ref: ArtifactRef | null) => (ref === null ? null : refJson(store, ref));
  const both = (one: { before: ArtifactRef | null; after: ArtifactRef | null }) => ({
    before: value(one.before),
    after: value(one.after),
  });
  return {
    parameters: parameters.map((one) => ({ name: one.name, ...both(one) })),
    code: { isSame: code.isSame, reusedThoughChanged, byStep, changes: code.changes },
    packages,
    artifacts: artifacts.map((one) => ({ ...one, ...both(one) })),
    steps,
  };
}
