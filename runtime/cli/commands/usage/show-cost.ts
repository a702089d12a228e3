import type { Datastore } from "../../../datastore/datastore.ts";
import { readRun } from "../../../datastore/reader/read-run.ts";
import { recentRuns } from "../../../datastore/reader/recent-runs.ts";
import { checkStep } from "../../../datastore/reader/resolve-pathspec.ts";
import type { RunSummary } from "../../../datastore/reader/run-summary.ts";
import { type PaidStep, paidSteps, sumOrNull } from "../../../engines/cost/paid-steps.ts";
import type { Prices } from "../../../settings/prices.ts";
import type { StoreContext } from "../../cli-context.ts";
import { runMeant } from "../../run-meant.ts";
import { ageDays } from "../../show/price-notes.ts";
import type { CostSum, FlowCost } from "./cost-sum.ts";
import { costText, flowCostText } from "./cost-text.ts";
import type { UsageFlags } from "./flags.ts";

/** What runs cost: those of one flow step by step, or those of all flows of the store. */
export function showCost(context: StoreContext, flags: UsageFlags): void {
  const prices = context.settings.prices();
  const store = context.datastore(flags);
  const isEveryFlow = flags.run === null && context.flowName === null && store.flows().length > 1;
  if (isEveryFlow) showFlows(context, { flags, store, prices });
  else showSteps(context, { flags, store, prices });
}

interface Showing {
  readonly flags: UsageFlags;
  readonly store: Datastore;
  readonly prices: Prices;
}

function showSteps(context: StoreContext, { flags, store, prices }: Showing): void {
  const output = context.output(flags);
  const { flow, run, step } = runMeant(context, store, { ...flags, run: flags.run ?? "latest" });
  const latest = readRun(store, { flow, run });
  if (step !== null) checkStep(latest, step);
  const runs: RunSummary[] = [latest, ...recentRuns(store, { flow, before: run, count: flags.last - 1 })];
  const costs = paidSteps(runs, { store, prices, only: step });
  const total = sumOf(costs);
  if (output.isJson)
    return output.json({
      ...{ flow, runs: runs.map((one) => one.run), prices: pricesJson(prices), steps: costs },
      total: totalJson(total, prices),
    });
  if (costs.length === 0) return output.note(`no task of ${flow}/${run} has ended`);
  output.print(costText(costs, { runs, total, prices, output }));
}

function showFlows(context: StoreContext, { flags, store, prices }: Showing): void {
  const output = context.output(flags);
  const flows = store.flows().flatMap((flow): FlowCost[] => {
    const runs = recentRuns(store, { flow, count: Math.max(flags.last, 1) });
    const costs = paidSteps(runs, { store, prices });
    return costs.length === 0 ? [] : [{ flow, runs: runs.length, ...sumOf(costs) }];
  });
  const total = sumOf(flows);
  if (output.isJson) return output.json({ prices: pricesJson(prices), flows, total: totalJson(total, prices) });
  if (flows.length === 0) return output.note("no task of any flow has ended");
  output.print(flowCostText(flows, { total, prices, output }));
}

function sumOf(costs: readonly (CostSum | PaidStep)[]): CostSum {
  const sum = (of: Exclude<keyof CostSum, "unused">) => costs.reduce((total, one) => total + one[of], 0);
  return {
    ...{ tasks: sum("tasks"), attempts: sum("attempts"), wallMs: sum("wallMs") },
    ...{
      cost: sum("cost"),
      failed: sum("failed"),
      spot: sum("spot"),
      spotAttempts: sum("spotAttempts"),
      lost: sum("lost"),
      unused: sumOrNull(costs.map(({ unused }) => unused)),
    },
  };
}

/** `onSpot`: what all of it would have cost there. */
function totalJson(total: CostSum, { spotFactor }: Prices): object {
  const onSpot = spotFactor === null ? null : total.spot + (total.cost - total.spot) * spotFactor;
  return { ...total, onSpot };
}

function pricesJson(prices: Prices): object {
  return { ...prices, ageDays: prices.asOf === null ? null : ageDays(prices.asOf) };
}
