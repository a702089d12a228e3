import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { type CostPlan, planCost, type PlanCostOptions } from "../../../launch/cost/plan-cost.ts";
import type { FlowGraph } from "../../../graph/flow-graph.ts";
import { durationText } from "../../../text/duration-text.ts";
import type { Output } from "../../output.ts";
import { amountText, priceNotes } from "../../show/price-notes.ts";
import { tableText } from "../../show/table-text.ts";

/**
 * Prints what a run will cost if it goes as the latest ones did.
 * @throws MillraceError where there are none
 */
export function showCostPlan(graph: FlowGraph, { output, ...options }: PlanCostOptions & { output: Output }): void {
  const plan = planCost(graph, options);
  if (plan === null)
    throw new MillraceError({
      code: "MILLRACE_USAGE",
      headline: `Cannot tell what a run of ${graph.flow} will cost because no task of it has ended in this datastore`,
      details: [`datastore: ${options.store.storage.location}`],
      hint: "run it once, with small parameters if it is expensive; usage --cost then tells what that cost",
    });
  const { prices } = options;
  const onSpot = prices.spotFactor === null ? null : plan.total.median * prices.spotFactor;
  if (output.isJson) output.json({ flow: graph.flow, prices, ...plan, total: { ...plan.total, onSpot } });
  else output.print(planText(plan, { flow: graph.flow, output, prices, isResume: options.reuse != null }));
}

interface PlanLooks extends Pick<PlanCostOptions, "prices"> {
  readonly flow: string;
  readonly output: Output;
  readonly isResume: boolean;
}

function planText(plan: CostPlan, { flow, output, prices, isResume }: PlanLooks): string {
  const { colors } = output;
  const table = tableText({
    header: ["STEP", "ENGINE", "TASKS", "ATTEMPTS", "MEDIAN", "P95", `COST ${prices.currency}`, "AT P95"],
    right: [2, 3, 4, 5, 6, 7],
    styleHeader: colors.dim,
    rows: [
      ...plan.steps.map(({ step, engine, tasks, attemptsPerTask, wallMs, cost }) => [
        ...[step, engine ?? "", String(tasks), (tasks * attemptsPerTask).toFixed(attemptsPerTask === 1 ? 0 : 1)],
        ...[durationText(wallMs.median), durationText(wallMs.p95), amountText(cost.median), amountText(cost.p95)],
      ]),
      ["total", "", "", "", "", "", amountText(plan.total.median), amountText(plan.total.p95)],
    ],
  });
  const runs = plan.runs.length === 1 ? "its latest run" : `its ${plan.runs.length} latest runs`;
  return [
    `${isResume ? "what is left of " : ""}${colors.bold(flow)} if it goes as ${runs} did; nothing has been started`,
    "",
    table,
    "",
    colors.dim(
      `TASKS: as many as in the latest run, of those that succeeded if any did, that came to the step${isResume ? ", less what is reused" : ""}; AT P95: if each attempt takes as long as 95 of 100 did not exceed`,
    ),
    ...(plan.unknown.length === 0 ? [] : [`not counted, as no past run came to it: ${plan.unknown.join(", ")}`]),
    ...priceNotes(prices, { total: plan.total.median, output }),
  ].join("\n");
}
