import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../../sdk/base/nearest.ts";
import { latestForm } from "../../../datastore/reader/latest-form.ts";
import { resolveRun } from "../../../datastore/reader/resolve-run.ts";
import type { JobFilter } from "../../../engines/engine-jobs.ts";
import type { StoreContext } from "../../cli-context.ts";
import { flowMeant } from "../../flow-meant.ts";
import { ownerMeant } from "../../owner-meant.ts";
import type { AskedEngines, EngineJob, FoundJobs } from "./asked-engines.ts";
import type { ChooseJobsFlags } from "./flags.ts";

export interface ChosenJobs extends FoundJobs {
  readonly flow: string;
}

/** The jobs of a flow that the options name. */
export async function chooseJobs(
  context: StoreContext,
  { engines, flags, isWhole = false }: { engines: AskedEngines; flags: ChooseJobsFlags; isWhole?: boolean },
): Promise<ChosenJobs> {
  const flow = flowOf(context, flags);
  const latest = flags.run === undefined ? null : latestOf(flags.run, { context, flags, flow });
  const { asked, jobs: all } = await engines.find(filterOf(flow, { flags, username: context.settings.username }), {
    output: context.output(flags),
    isWhole,
  });
  const run = flags.run === undefined ? null : (latest ?? runOf(all, { context, flags, flow, text: flags.run }));
  const ofRun = all.filter(({ job }) => run === null || job.run === run);
  const { step } = flags;
  if (step === undefined) return { flow, asked, jobs: ofRun };
  const jobs = ofRun.filter(({ job }) => job.step === step);
  const steps = new Set(ofRun.map(({ job }) => job.step));
  if (jobs.length === 0 && steps.size > 0) throw noJobsOf(step, steps);
  return { flow, asked, jobs };
}

/** Only without a flow file does the datastore have to say which flow is meant. */
function flowOf(context: StoreContext, flags: ChooseJobsFlags): string {
  return context.flowName ?? flowMeant(context, { store: context.datastore(flags), text: flags.run ?? null });
}

/** A run is meant whoever started it; without one, and without a name, the user's own jobs are. */
function filterOf(flow: string, { flags, username }: { flags: ChooseJobsFlags; username: string }): JobFilter {
  const { user, all, run, ended } = flags;
  const own = all === true || run !== undefined ? null : username;
  return { flow, user: user ?? own, hasEnded: ended === true };
}

interface MeantBy {
  readonly context: StoreContext;
  readonly flags: ChooseJobsFlags;
  readonly flow: string;
}

/** Only the datastore knows which run is the latest, so no engine has to be there for the answer that there is none. */
function latestOf(text: string, { context, flags, flow }: MeantBy): string | null {
  const of = { flow, text: withoutFlow(text, flow), owner: ownerMeant(context, flags), prefix: "--run " };
  return latestForm(of.text) === null ? null : resolveRun(context.datastore(flags), of);
}

/** A run of which there are jobs need not be in this datastore. */
function runOf(jobs: readonly EngineJob[], of: MeantBy & { text: string }): string {
  const { context, flags, flow } = of;
  const text = withoutFlow(of.text, flow);
  const runs = [...new Set(jobs.map(({ job }) => job.run))];
  const [only, ...others] = runs.filter((run) => run.startsWith(text) || run.endsWith(text));
  if (only !== undefined && others.length === 0) return only;
  return resolveRun(context.datastore(flags), { flow, text, owner: ownerMeant(context, flags), prefix: "--run " });
}

function withoutFlow(text: string, flow: string): string {
  return text.startsWith(`${flow}/`) ? text.slice(flow.length + 1) : text;
}

function noJobsOf(step: string, steps: ReadonlySet<string>): MillraceError {
  const meant = nearest(step, steps);
  return new MillraceError({
    code: "MILLRACE_PATHSPEC",
    headline: `Cannot find jobs of the step ${step} because there are only jobs of others`,
    details: [`steps: ${[...steps].join(", ")}`],
    ...(meant === null ? {} : { hint: `did you mean ${meant}?` }),
  });
}
