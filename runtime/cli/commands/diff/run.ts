import { isMillraceError } from "../../../../sdk/base/millrace-error.ts";
import { loadArtifact } from "../../../datastore/load-artifact.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { compareRuns, type RunComparison, type StepComparison } from "../../../datastore/reader/compare-runs.ts";
import { parsePathspec } from "../../../datastore/reader/pathspec.ts";
import { readRun } from "../../../datastore/reader/read-run.ts";
import { resolveRun, type ResolveRunOptions } from "../../../datastore/reader/resolve-run.ts";
import type { RunSummary } from "../../../datastore/reader/run-summary.ts";
import type { ArtifactRef } from "../../../datastore/records.ts";
import { compareRunReach, type RunReachChanges } from "../../../launch/plan/compare-run-reach.ts";
import { previewText } from "../../../text/preview-text.ts";
import { sizeText } from "../../../text/size-text.ts";
import { durationText } from "../../../text/duration-text.ts";
import type { StoreContext } from "../../cli-context.ts";
import { flowMeant } from "../../flow-meant.ts";
import type { Output } from "../../output.ts";
import { type BranchOptions, ownerMeant } from "../../owner-meant.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";
import { jsonValue } from "../../show/json-value.ts";
import { runDurationMs, runJson } from "../../show/run-json.ts";
import { statusText } from "../../show/status-text.ts";
import { type TableOptions, tableText } from "../../show/table-text.ts";

export interface DiffOptions extends InspectOptions, BranchOptions {
  readonly before: string;
  readonly after: string;
}

type Comparison = RunComparison & Pick<RunReachChanges, "packages">;

/** Larger values are told by their type and size. */
const MAX_VALUE_BYTES = 10_000;

export function showDiff(context: StoreContext, options: DiffOptions): void {
  const output = context.output(options);
  const store = context.datastore(options);
  const owner = ownerMeant(context, options);
  const runs = [options.before, options.after].map((text) =>
    runAt(store, { flow: flowMeant(context, { store, text }), text, owner }),
  );
  const [before, after] = runs as [RunSummary, RunSummary];
  const reach = compareRunReach(store, [before.document, after.document]);
  const comparison: Comparison = { packages: [], ...compareRuns(store, [before, after]), ...reach };
  if (output.isJson) return output.json({ runs: runs.map(runJson), ...comparisonJson(store, comparison) });
  const title = `${nameOf(before, output)}  →  ${nameOf(after, output)}`;
  const parts = [title, ...sections({ store, output }, comparison), durations([before, after], comparison, output)];
  output.print(parts.join("\n\n"));
}

function runAt(store: Datastore, at: ResolveRunOptions): RunSummary {
  const { flow, run } = parsePathspec(at.text, { flow: at.flow, flows: store.flows() });
  return readRun(store, { flow, run: resolveRun(store, { ...at, flow, text: run }) });
}

function nameOf({ flow, run, status }: RunSummary, { colors }: Output): string {
  return `${colors.bold(`${flow}/${run}`)} ${statusText(status, colors)}`;
}

function sections({ store, output }: { store: Datastore; output: Output }, comparison: Comparison): string[] {
  const { colors } = output;
  const section = (name: string, body: string) =>
    `${colors.bold(name)}\n${body === "" ? colors.dim("  no difference") : body}`;
  const change = ({ before, after }: { before: ArtifactRef | null; after: ArtifactRef | null }) => {
    const [old, now] = [valueText(store, before), valueText(store, after)];
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
    section("code", codeText(comparison, colors)),
    ...(comparison.packages.length === 0 ? [] : [section("packages", packagesText(comparison, look))]),
    section(
      "artifacts",
      artifacts.length === 0
        ? ""
        : tableText({ ...look, header: ["NAME", "LEFT BY", "", "BEFORE", "AFTER"], rows: artifacts }),
    ),
  ];
}

function packagesText({ packages }: Comparison, look: Pick<TableOptions, "indent" | "styleHeader">): string {
  const versions = (side: readonly string[]) => side.join(", ") || "-";
  const rows = packages.map(({ name, steps, before, after }) => {
    const [old, now] = [versions(before), versions(after)];
    return [name, steps.join(", "), old, old === now ? `${now} (other files)` : now];
  });
  return tableText({ ...look, header: ["NAME", "USED BY", "BEFORE", "AFTER"], rows });
}

function codeText({ code, reusedThoughChanged }: Comparison, colors: Output["colors"]): string {
  if (code.isSame) return "";
  const steps = reusedThoughChanged.length === 0 ? [] : [`  steps: ${reusedThoughChanged.join(", ")}`];
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

/** Where values are small they say more than hashes. */
function valueText(store: Datastore, ref: ArtifactRef | null): string {
  if (ref === null) return "-";
  const known = `${ref.type} ${sizeText(ref.size)} ${ref.hash.slice(0, 8)}`;
  if (ref.size > MAX_VALUE_BYTES) return known;
  try {
    return previewText(loadArtifact(store.blobs, "value", ref), { maxDepth: null, hasColors: false });
  } catch (error) {
    if (isMillraceError(error)) return known;
    throw error;
  }
}

function comparisonJson(store: Datastore, comparison: Comparison): object {
  const { parameters, code, reusedThoughChanged, packages, artifacts, steps } = comparison;
  const value = (ref: ArtifactRef | null) => (ref === null ? null : refJson(store, ref));
  const both = (one: { before: ArtifactRef | null; after: ArtifactRef | null }) => ({
    before: value(one.before),
    after: value(one.after),
  });
  return {
    parameters: parameters.map((one) => ({ name: one.name, ...both(one) })),
    code: { isSame: code.isSame, reusedThoughChanged, changes: code.changes },
    packages,
    artifacts: artifacts.map((one) => ({ ...one, ...both(one) })),
    steps,
  };
}

function refJson(store: Datastore, ref: ArtifactRef): object {
  const { type, size, hash } = ref;
  if (size > MAX_VALUE_BYTES) return { type, size, hash };
  try {
    return { type, size, hash, ...jsonValue(loadArtifact(store.blobs, "value", ref)) };
  } catch (error) {
    if (isMillraceError(error)) return { type, size, hash };
    throw error;
  }
}
