import type { Datastore } from "../../../datastore/datastore.ts";
import { type ArtifactTable, type ErrorRecord, refIn, type TakenTransition } from "../../../datastore/records.ts";
import { nodeOf } from "../../../graph/flow-graph.ts";
import type { SpinPlan } from "../../../launch/spin/plan-spin.ts";
import type { Spin, SpinEnd } from "../../../launch/spin/start-spin.ts";
import type { Output } from "../../output.ts";
import { describeFailure } from "../../progress/describe-failure.ts";
import { artifactsJson, artifactsText } from "../../show/artifacts-text.ts";
import { type ArtifactView, artifactViews } from "../../show/artifact-view.ts";
import { withShortPath } from "../../../launch/plan/short-path.ts";
import { durationText } from "../../../text/duration-text.ts";

export interface SpinReport {
  readonly store: Datastore;
  readonly plan: SpinPlan;
  readonly spin: Spin;
  readonly end: SpinEnd;
  /** What tells the past task apart among those of its foreach. */
  readonly label: string;
}

/** Larger values are not loaded for a preview. */
const MAX_SIZE = 1_000_000;

/** What came of a step that was tried out: its artifacts that are new or changed, where it goes, how long it took. */
export function showSpin(output: Output, report: SpinReport): void {
  const { plan, end } = report;
  const changes = changesOf(report);
  if (output.isJson) return output.json(spinJson(report, changes));
  const { outcome, durationMs } = end;
  const { colors } = output;
  const { step, origin } = plan;
  if (outcome.status !== "succeeded") {
    const event = {
      type: "task-failed",
      time: 0,
      task: origin.task.task,
      attempt: 0,
      error: outcome.error,
      retryAt: null,
    } as const;
    const lines = describeFailure({
      event: { ...event, isCancelled: false },
      step,
      label: report.label,
      tail: [],
      isConcluded: false,
      shownWith: null,
      colors,
    });
    for (const line of lines) output.note(line);
  }
  const took = durationText(durationMs);
  if (outcome.status === "failed") return output.note(`${colors.red("failed")} ${step} after ${took}`);
  output.print(artifactsText(changes.views, { output, maxDepth: null }));
  for (const [what, names] of [
    ["gone", changes.gone],
    ["other than in the past task", changes.unlikePast ?? []],
  ] as const) {
    if (names.length > 0) output.print(colors.dim(`  ${what}: ${names.join(", ")}`));
  }
  const isCaught = outcome.status === "caught";
  output.print(
    `${isCaught ? colors.yellow("caught") : colors.green("succeeded")} ${step} in ${took}, ${nextText(outcome.next)}`,
  );
}

interface Changes {
  /** New, or other than what the step took in; of a join all that it leaves. */
  readonly views: readonly ArtifactView[];
  readonly newNames: ReadonlySet<string>;
  /** Names that the step took in and did not leave. */
  readonly gone: readonly string[];
  /** Names whose value differs from what the past task left, or that one of the two lacks; null if it left nothing. */
  readonly unlikePast: readonly string[] | null;
}

function changesOf({ store, plan, spin, end }: SpinReport): Changes {
  const { outcome } = end;
  const { document, task } = plan.origin;
  const origin = store.record(document.flow, document.run);
  const [input] = plan.origin.place.inputs;
  const isJoin = nodeOf(plan.graph, plan.step).isJoin;
  const before: ArtifactTable = isJoin || input === undefined ? {} : origin.resultAt(input).artifacts;
  const after: ArtifactTable = outcome.status === "failed" ? before : spin.record.resultAt(outcome.result).artifacts;
  const past = task.result === null ? null : origin.resultAt(task.result).artifacts;
  const changed = Object.entries(after).filter(([name, { hash }]) => refIn(before, name)?.hash !== hash);
  return {
    views: artifactViews(Object.fromEntries(changed), { blobs: store.blobs, maxBytes: MAX_SIZE, only: undefined }),
    newNames: new Set(Object.keys(after).filter((name) => refIn(before, name) === undefined)),
    gone: Object.keys(before).filter((name) => refIn(after, name) === undefined),
    unlikePast: past === null || outcome.status === "failed" ? null : unlike(past, after),
  };
}

function unlike(past: ArtifactTable, now: ArtifactTable): string[] {
  const names = new Set([...Object.keys(past), ...Object.keys(now)]);
  return [...names].filter((name) => refIn(past, name)?.hash !== refIn(now, name)?.hash).sort();
}

function spinJson({ plan, spin, end, label }: SpinReport, changes: Changes): object {
  const { outcome, durationMs } = end;
  const { flow, run: id } = spin.document;
  const { step } = plan;
  const { task } = plan.origin.task;
  const error: ErrorRecord | null = outcome.status === "succeeded" ? null : outcome.error;
  return {
    flow,
    spin: id,
    step,
    origin: { run: plan.origin.document.run, task, label },
    status: outcome.status,
    durationMs,
    next: outcome.status === "failed" ? null : nextJson(outcome.next),
    artifacts: artifactsJson(changes.views).map((view, at) => ({
      ...view,
      isNew: changes.newNames.has(changes.views[at]?.name ?? ""),
    })),
    gone: changes.gone,
    unlikePast: changes.unlikePast,
    error: withShortPath(error),
  };
}

function nextJson(next: TakenTransition): object {
  return next.kind === "foreach" ? { kind: next.kind, target: next.target, size: next.size } : next;
}

function nextText(next: TakenTransition): string {
  switch (next.kind) {
    case "end":
      return "the flow ends here";
    case "linear":
      return `goes on to ${next.target}`;
    case "switch":
      return `goes on to ${next.target} (case ${next.case})`;
    case "branch":
      return `goes on to ${next.targets.join(", ")}`;
    case "gang":
      return `goes on to a gang of ${next.size} x ${next.target}`;
    case "foreach":
      return `goes on to ${next.size} x ${next.target}`;
  }
}
