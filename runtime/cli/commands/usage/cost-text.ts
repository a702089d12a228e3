import type { RunSummary } from "../../../datastore/reader/run-summary.ts";
import type { PaidStep } from "../../../engines/cost/paid-steps.ts";
import type { Prices } from "../../../settings/prices.ts";
import { durationText } from "../../../text/duration-text.ts";
import type { Output } from "../../output.ts";
import { amountText, priceNotes } from "../../show/price-notes.ts";
import { tableText } from "../../show/table-text.ts";
import type { CostSum, FlowCost } from "./cost-sum.ts";

interface CostLooks {
  readonly total: CostSum;
  readonly prices: Prices;
  readonly output: Output;
}

const LEGEND =
  "COST: what was asked for, times the time of all attempts; UNUSED: of that, for processors and memory that were not used; FAILED: for attempts that failed";

/** A line a step: what it asked for, how long its attempts took, and what that cost. */
export function costText(
  costs: readonly PaidStep[],
  { runs, ...looks }: CostLooks & { runs: readonly RunSummary[] },
): string {
  const { total, prices, output } = looks;
  const { colors } = output;
  const [latest] = runs;
  const title = `${colors.bold(`${latest?.flow ?? ""}/${latest?.run ?? ""}`)}${runs.length > 1 ? ` and ${runs.length - 1} before it` : ""}`;
  const table = tableText({
    header: ["STEP", "ENGINE", "TASKS", "ATTEMPTS", "TIME", "CPU", "MEMORY", "GPU", ...columnsOf(prices)],
    right: [2, 3, 4, 5, 6, 7, 8, 9, 10],
    styleHeader: colors.dim,
    rows: [
      ...costs.map((one) => [
        ...[one.step, one.engine ?? "", String(one.tasks), String(one.attempts), durationText(one.wallMs)],
        ...[String(one.billed.cpu), one.billed.memoryMb === 0 ? "" : `${one.billed.memoryMb} MB`],
        one.billed.gpu === 0 ? "" : String(one.billed.gpu),
        ...amounts(one),
      ]),
      [
        "total",
        "",
        String(total.tasks),
        String(total.attempts),
        durationText(total.wallMs),
        "",
        "",
        "",
        ...amounts(total),
      ],
    ],
  });
  return parts({ title, table, ...looks });
}

/** A line a flow. */
export function flowCostText(flows: readonly FlowCost[], looks: CostLooks): string {
  const { total, prices, output } = looks;
  const line = (name: string, runs: string, one: CostSum) => [
    ...[name, runs, String(one.tasks), String(one.attempts), durationText(one.wallMs)],
    ...amounts(one),
  ];
  const table = tableText({
    header: ["FLOW", "RUNS", "TASKS", "ATTEMPTS", "TIME", ...columnsOf(prices)],
    right: [1, 2, 3, 4, 5, 6, 7],
    styleHeader: output.colors.dim,
    rows: [
      ...flows.map((one) => line(one.flow, String(one.runs), one)),
      line("total", String(flows.reduce((sum, { runs }) => sum + runs, 0)), total),
    ],
  });
  return parts({ title: output.colors.bold("all flows"), table, ...looks });
}

function columnsOf({ currency }: Prices): string[] {
  return [`COST ${currency}`, "UNUSED", "FAILED"];
}

function amounts({ cost, unused, failed }: CostSum): string[] {
  const share = cost === 0 || unused === null ? "" : ` ${Math.round((unused / cost) * 100)}%`;
  return [
    amountText(cost),
    unused === null ? "" : `${amountText(unused)}${share}`,
    failed === 0 ? "" : amountText(failed),
  ];
}

function parts({ title, table, total, prices, output }: CostLooks & { title: string; table: string }): string {
  const { lost } = total;
  const notes = [
    output.colors.dim(LEGEND),
    ...(lost === 0
      ? []
      : [
          `${prices.currency} ${amountText(lost)} of it is for attempts whose run died before they ended: they count until it was last seen`,
        ]),
    ...priceNotes(prices, { total: total.cost, paid: total, output }),
  ];
  return [title, "", table, "", ...notes].join("\n");
}
