import type { StoreContext } from "../../cli-context.ts";
import { AskedEngines } from "./asked-engines.ts";
import { chooseJobs } from "./choose-jobs.ts";
import type { ChooseJobsFlags } from "./flags.ts";
import { jobLabels } from "./job-labels.ts";
import { jobPlaceText, jobsJson, jobStateText, noJobsText } from "./text.ts";

export interface KillJobsFlags extends ChooseJobsFlags {
  /** What the user typed, for the reason that the engine keeps. */
  readonly commandName: string;
}

export async function killJobs(context: StoreContext, flags: KillJobsFlags): Promise<void> {
  const output = context.output(flags);
  const engines = new AskedEngines({ name: flags.engine ?? null, places: flags.places, settings: context.settings });
  const { flow, asked, jobs } = await chooseJobs(context, { engines, flags, isWhole: true });
  await engines.end(jobs, `ended by ${context.settings.username} with ${flags.commandName} kill`);
  const labelOf = jobLabels(context, { flow, flags });
  if (output.isJson) return output.json(jobsJson(jobs, { hasEngines: engines.all.length > 1, labelOf }));
  if (jobs.length === 0)
    return output.note(noJobsText(flow, { flags, username: context.settings.username, engines: asked }));
  for (const { job } of jobs) output.print(`ended ${jobPlaceText(job, labelOf)} (${jobStateText(job)}, job ${job.id})`);
}
