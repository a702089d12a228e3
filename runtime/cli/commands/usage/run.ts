import type { Datastore } from "../../../datastore/datastore.ts";
import { listRuns } from "../../../datastore/reader/list-runs.ts";
import { readRun, withTasks } from "../../../datastore/reader/read-run.ts";
import { resourceAdvice } from "../../../datastore/reader/resource-advice.ts";
import { checkStep } from "../../../datastore/reader/resolve-pathspec.ts";
import type { RunSummary } from "../../../datastore/reader/run-summary.ts";
import { stepUsages } from "../../../datastore/reader/step-usage.ts";
import type { StoreContext } from "../../cli-context.ts";
import { runMeant } from "../../run-meant.ts";
import type { UsageFlags } from "./flags.ts";
import { adviceText, usageText, writtenText } from "./text.ts";

export function showUsage(context: StoreContext, flags: UsageFlags): void {
  const output = context.output(flags);
  const store = context.datastore(flags);
  const { flow, run, step } = runMeant(context, store, flags);
  const latest = readRun(store, { flow, run });
  if (step !== null) checkStep(latest, step);
  const runs = [latest, ...runsBefore(store, latest, Math.max(flags.last, 1) - 1)];
  const usages = stepUsages(runs, { byMachine: flags.by === "machine" }).filter(
    (usage) => step === null || usage.step === step,
  );
  const advice = usages.flatMap((usage) => resourceAdvice(usage) ?? []);
  if (output.isJson)
    return output.json({
      flow,
      runs: runs.map((one) => one.run),
      steps: usages.map((usage) => ({ ...usage, advice: advice.find((one) => one.step === usage.step) ?? null })),
    });
  if (flags.write === true) return output.print(writtenText(advice));
  if (usages.length === 0) return output.note(`no task of ${flow}/${run} has ended`);
  output.print([usageText(usages, { runs, output }), adviceText(advice, output)].join("\n\n"));
}

function runsBefore(store: Datastore, { flow, run }: RunSummary, count: number): RunSummary[] {
  const found: RunSummary[] = [];
  if (count === 0) return found;
  for (const header of listRuns(store, { flow, before: run })) {
    found.push(withTasks(store, header));
    if (found.length === count) break;
  }
  return found;
}
