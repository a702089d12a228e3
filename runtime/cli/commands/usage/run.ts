import { readRun } from "../../../datastore/reader/read-run.ts";
import { recentRuns } from "../../../datastore/reader/recent-runs.ts";
import { resourceAdvice } from "../../../datastore/reader/resource-advice.ts";
import { checkStep } from "../../../datastore/reader/resolve-pathspec.ts";
import { type StepUsage, stepUsages } from "../../../datastore/reader/step-usage.ts";
import type { StoreContext } from "../../cli-context.ts";
import { runMeant } from "../../run-meant.ts";
import type { UsageFlags } from "./flags.ts";
import { adviceText, usageText, writtenText } from "./text.ts";

export function showUsage(context: StoreContext, flags: UsageFlags): void {
  const output = context.output(flags);
  const store = context.datastore(flags);
  const { flow, run, step } = runMeant(context, store, { ...flags, run: flags.run ?? "latest" });
  const latest = readRun(store, { flow, run });
  if (step !== null) checkStep(latest, step);
  const runs = [latest, ...recentRuns(store, { flow, before: run, count: flags.last - 1 })];
  const isAsked = (usage: StepUsage) => step === null || usage.step === step;
  const usages = stepUsages(runs, { byMachine: flags.by === "machine" }).filter(isAsked);
  // A step asks for one thing, wherever its runs are started.
  const advice = stepUsages(runs)
    .filter(isAsked)
    .flatMap((usage) => resourceAdvice(usage) ?? []);
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
