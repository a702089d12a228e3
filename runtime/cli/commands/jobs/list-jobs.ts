import type { StoreContext } from "../../cli-context.ts";
import { AskedEngines } from "./asked-engines.ts";
import { chooseJobs } from "./choose-jobs.ts";
import type { ChooseJobsFlags } from "./flags.ts";
import { jobLabels } from "./job-labels.ts";
import { jobsJson, jobsTable, noJobsText } from "./text.ts";

export async function listJobs(context: StoreContext, flags: ChooseJobsFlags): Promise<void> {
  const output = context.output(flags);
  const engines = new AskedEngines({ name: flags.engine ?? null, places: flags.places, settings: context.settings });
  const { flow, asked, jobs } = await chooseJobs(context, { engines, flags });
  const hasEngines = engines.all.length > 1;
  const labelOf = jobLabels(context, { flow, flags });
  if (output.isJson) return output.json(jobsJson(jobs, { hasEngines, labelOf }));
  if (jobs.length === 0)
    return output.note(noJobsText(flow, { flags, username: context.settings.username, engines: asked }));
  output.print(jobsTable(jobs, { colors: output.colors, hasEngines, labelOf }));
}
