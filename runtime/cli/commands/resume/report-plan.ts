import type { FlowGraph } from "../../../graph/flow-graph.ts";
import { type ChangedStep, reusedThoughChanged } from "../../../launch/plan/reused-though-changed.ts";
import type { OriginRun } from "../../../launch/plan/read-origin.ts";
import { planReuse, type ReusePlan } from "../../../launch/plan/plan-reuse.ts";
import { usedPackages } from "../../../launch/release/cached-reach.ts";
import type { ResumePoint } from "../../../launch/plan/resume-point.ts";
import { reachIn } from "../../../launch/plan/stored-reach.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { readRunHeader } from "../../../datastore/reader/read-run.ts";
import type { Bundle } from "../../../package/bundle.ts";
import { packageChangeText } from "../../../package/reach/compare-reach.ts";
import type { Settings } from "../../../settings/read-settings.ts";
import type { Output } from "../../output.ts";
import { caughtText, planLines, restText, toRunText } from "./plan-lines.ts";
import { rerunText } from "./rerun-text.ts";

export interface ResumeRequest extends ResumePoint {
  readonly isDryRun: boolean;
}

export interface ReportPlanOptions {
  readonly store: Datastore;
  readonly graph: FlowGraph;
  /** The code as it is now. */
  readonly bundle: Bundle;
  readonly output: Output;
  readonly resume: ResumeRequest;
  readonly settings: Settings;
}

/** Says what is reused, why a finished step runs again, and what changed since its results were made. */
export async function reportPlan(origin: OriginRun, options: ReportPlanOptions): Promise<void> {
  const { output, graph, resume, store, bundle, settings } = options;
  const { flow, run } = origin.document;
  const plan = planReuse(origin, { graph, named: resume.step });
  const packages = await usedPackages(bundle, settings);
  const now = reachIn({ code: bundle.code, graph, packages }, { hasPackages: true });
  const { changed: changes, unknown } = reusedThoughChanged({ store, flow, now, reused: plan.madeBy });
  if (output.isJson) output.json(planJson(plan, { run, changes, unknown, isDryRun: resume.isDryRun }));
  if (output.isJson && resume.isDryRun) return;
  const tasks = tasksIn(plan);
  const steps = [...plan.reused.keys()].join(", ") || "no step";
  const finished = `${tasks} finished ${tasks === 1 ? "task" : "tasks"} of ${steps}`;
  const isWhole = plan.runs.length === 0 && readRunHeader(store, { flow, run }).status === "succeeded";
  if (isWhole && changes.length === 0) output.note(`${flow}/${run} succeeded: every task is reused`);
  output.note(`resuming ${flow}/${run}: reuses ${finished}`);
  for (const line of planLines(plan, { changed: changes.map(({ step }) => step), unknown })) output.note(`  ${line}`);
  const rest = plan.runs.map((step) => restText(step, plan)).join(", ");
  if (resume.isDryRun) output.note(`would run: ${rest || "no step"}`);
  if (changes.length > 0) warn(changes, output);
}

function warn(changes: readonly ChangedStep[], output: Output): void {
  const names = changes.map(({ step }) => step);
  const [them, their] = names.length === 1 ? ["it", "its"] : ["them", "their"];
  const lines = changes.map(({ step, code, packages }) => {
    const all = [...code, ...packages.map(packageChangeText)];
    return `  ${step}: ${all.slice(0, MAX_SHOWN).join("; ")}${all.length > MAX_SHOWN ? `; ${all.length - MAX_SHOWN} more` : ""}`;
  });
  const head = `warning: the code of ${names.join(", ")} has changed since; ${their} finished tasks are reused as they are`;
  const hint = `To run ${them} again: resume ${names[0] ?? ""}`;
  output.note(output.colors.yellow([head, ...lines, hint].join("\n")));
}

/** Of what changed, so much is told; `--json` has all. */
const MAX_SHOWN = 8;

function tasksIn({ reused }: ReusePlan): number {
  return [...reused.values()].reduce((sum, count) => sum + count, 0);
}

function planJson(
  plan: ReusePlan,
  of: {
    run: string;
    changes: readonly ChangedStep[];
    unknown: readonly string[];
    isDryRun: boolean;
  },
): object {
  return {
    ...(of.isDryRun ? {} : { type: "resume-planned" }),
    origin: of.run,
    reusedSteps: [...plan.reused.keys()],
    otherSteps: plan.runs,
    reusedTasks: tasksIn(plan),
    reused: [...plan.reused].map(([step, tasks]) => ({
      step,
      tasks,
      madeBy: [...(plan.madeBy.get(step) ?? [])],
      code: codeOf(step, of),
    })),
    again: plan.again.map((one) => ({ ...one, text: rerunText(one) })),
    others: plan.others.map((one) => ({ ...one, text: toRunText(one) })),
    caught: plan.caught.map((one) => ({ ...one, text: caughtText(one) })),
    gone: plan.gone,
    changed: of.changes.map(({ step }) => step),
    changes: of.changes,
  };
}

function codeOf(
  step: string,
  { changes, unknown }: { changes: readonly ChangedStep[]; unknown: readonly string[] },
): "changed" | "unknown" | "unchanged" {
  if (changes.some((one) => one.step === step)) return "changed";
  return unknown.includes(step) ? "unknown" : "unchanged";
}
