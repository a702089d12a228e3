import { recentRuns } from "../../datastore/reader/recent-runs.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { type Spread, type StepUsage, stepUsages } from "../../datastore/reader/step-usage.ts";
import type { RunSummary } from "../../datastore/reader/run-summary.ts";
import type { FlowGraph } from "../../graph/flow-graph.ts";
import type { Prices } from "../../settings/prices.ts";
import type { ReusePlan } from "../plan/plan-reuse.ts";
import type { StepEngines } from "../engines/chosen-engines.ts";
import { billedStep } from "../../engines/cost/billed-step.ts";
import { priceOf } from "../../engines/cost/price-of.ts";

/** What a step of a run to come will cost, if it goes as past ones did. */
export interface StepCostPlan {
  readonly step: string;
  /** Null for processes of this machine. */
  readonly engine: string | null;
  /** As many as in the latest run that came to the step; of those that succeeded, if any did. */
  readonly tasks: number;
  readonly attemptsPerTask: number;
  /** Of an attempt. */
  readonly wallMs: Spread;
  /** If each attempt takes as long as half of the past ones did not exceed, and 95 of 100. */
  readonly cost: Pick<Spread, "median" | "p95">;
}

export interface CostPlan {
  /** Of the latest ones, the newest first. */
  readonly runs: readonly string[];
  readonly steps: readonly StepCostPlan[];
  /** Steps that no past run came to: they are not counted. */
  readonly unknown: readonly string[];
  readonly total: Pick<Spread, "median" | "p95">;
}

export interface PlanCostOptions {
  readonly store: Datastore;
  readonly engines: StepEngines;
  readonly prices: Prices;
  /** What a resume reuses; null for a run of its own. @defaultValue null */
  readonly reuse?: ReusePlan | null;
}

/** Older runs say little of what the code does now. */
const RUNS = 10;

/**
 * What a run of that flow will cost, by its latest runs in this datastore; null where there are none.
 * @throws MillraceError `MILLRACE_SETTINGS` for a GPU without a price
 */
export function planCost(graph: FlowGraph, options: PlanCostOptions): CostPlan | null {
  const runs = recentRuns(options.store, { flow: graph.flow, count: RUNS });
  const past = new Map(stepUsages(runs).map((usage) => [usage.step, usage]));
  if (past.size === 0) return null;
  const { reuse = null } = options;
  const steps = graph.steps.flatMap(({ name }) => {
    const usage = past.get(name);
    if (reuse !== null && !reuse.runs.includes(name)) return [];
    return usage === undefined ? [] : [stepPlan(usage, { ...options, graph, runs })];
  });
  const sum = (of: "median" | "p95") => steps.reduce((total, { cost }) => total + cost[of], 0);
  return {
    runs: runs.map(({ run }) => run),
    steps,
    unknown: graph.steps.flatMap(({ name }) => (past.has(name) || reuse?.runs.includes(name) === false ? [] : [name])),
    total: { median: sum("median"), p95: sum("p95") },
  };
}

interface StepPlanOptions extends PlanCostOptions {
  readonly graph: FlowGraph;
  readonly runs: readonly RunSummary[];
}

function stepPlan(usage: StepUsage, { graph, engines, prices, runs, reuse = null }: StepPlanOptions): StepCostPlan {
  const { step, wallMs } = usage;
  const engine = engines.get(step) ?? null;
  const settings = graph.steps.find(({ name }) => name === step)?.settings ?? {};
  const { leastMs, gpuModel, ...billed } = billedStep({ settings, engine }, 0);
  // One that broke or still runs says little of how many tasks there are.
  const whole = runs.filter(({ status }) => status === "succeeded");
  const sizes = whole.length > 0 ? whole : runs;
  const counts = sizes.map(({ tasks }) => tasks.filter((task) => task.step === step).length);
  const usual = counts.find((count) => count > 0) ?? 0;
  const tasks = reuse === null ? usual : tasksLeft(step, { reuse, usual });
  const attemptsPerTask = usage.attempts / usage.tasks;
  const model = usage.gpu?.model ?? gpuModel ?? null;
  // As many of them on Spot as before.
  const spotShare = usage.spotAttempts / usage.attempts;
  const cost = (ms: number) =>
    tasks * attemptsPerTask * priceOf(billed, { ms: Math.max(ms, leastMs), prices, gpuModel: model, spotShare });
  return {
    ...{ step, engine: engine?.name ?? null, tasks, attemptsPerTask },
    wallMs: { min: wallMs.min, median: wallMs.median, p95: wallMs.p95, max: wallMs.max },
    cost: { median: cost(wallMs.median), p95: cost(wallMs.p95) },
  };
}

/** Of a step that a resume runs, wholly or in part. */
function tasksLeft(step: string, { reuse, usual }: { reuse: ReusePlan; usual: number }): number {
  const reused = reuse.reused.get(step) ?? 0;
  const reason = reuse.others.find((one) => one.step === step)?.reason;
  const all = reason !== undefined && "progress" in reason ? reason.progress.tasks : null;
  return Math.max((all ?? usual) - reused, 1);
}
