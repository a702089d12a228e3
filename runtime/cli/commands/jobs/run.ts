import { MillraceError } from "../../../../sdk/base/errors.ts";
import { nearest } from "../../../../sdk/base/nearest.ts";
import type { FlowJob, JobFilter } from "../../../engines/engine-jobs.ts";
import { username } from "../../../config.ts";
import { resolveRun } from "../../../datastore/reader/resolve-run.ts";
import { durationText } from "../../../text/times.ts";
import type { BatchJobsOptions } from "./flags.ts";
import type { CliContext } from "../../context.ts";
import { withFlowJobs } from "./batch-queue.ts";
import { counted } from "../../show/counted.ts";
import { tableText } from "../../show/table.ts";

export async function listJobs(context: CliContext, options: BatchJobsOptions): Promise<void> {
  const output = context.output(options);
  const jobs = await withFlowJobs({ queue: options.queue, cwd: context.cwd }, (all) =>
    all.find(filterOf(context, options)).then((found) => chosen(found, { context, options })),
  );
  if (output.isJson) return output.json(jobs);
  if (jobs.length === 0) return output.note(nothingText(context, options));
  const now = Date.now();
  output.print(
    tableText({
      header: ["TASK", "STATE", "AGE", "USER", "JOB", "REASON"],
      styleHeader: output.colors.dim,
      rows: jobs.map((job) => [
        placeOf(job),
        stateText(job),
        durationText(now - job.createdAt),
        job.user,
        job.id,
        job.reason ?? "",
      ]),
    }),
  );
}

export async function killJobs(context: CliContext, options: BatchJobsOptions): Promise<void> {
  const output = context.output(options);
  const jobs = await withFlowJobs({ queue: options.queue, cwd: context.cwd }, async (all) => {
    const found = chosen(await all.find(filterOf(context, options)), { context, options });
    await all.end(found, `ended by ${username()} with batch kill`);
    return found;
  });
  if (output.isJson) return output.json(jobs);
  if (jobs.length === 0) return output.note(nothingText(context, options));
  for (const job of jobs) output.print(`ended ${placeOf(job)} (${stateText(job)}, job ${job.id})`);
}

/** A run is meant whoever started it; without one, and without a name, the user's own jobs are. */
function filterOf({ flowName }: CliContext, { user, all, run, ended }: BatchJobsOptions): JobFilter {
  const own = all === true || run !== undefined ? null : username();
  return { flow: flowName, user: user ?? own, hasEnded: ended === true };
}

/** Those of the run and step that the options name. */
function chosen(
  jobs: readonly FlowJob[],
  { context, options }: { context: CliContext; options: BatchJobsOptions },
): FlowJob[] {
  const run = options.run === undefined ? null : runOf(jobs, { context, options, text: options.run });
  const ofRun = jobs.filter((job) => run === null || job.run === run);
  const { step } = options;
  if (step === undefined) return ofRun;
  const found = ofRun.filter((job) => job.step === step);
  const steps = new Set(ofRun.map((job) => job.step));
  if (found.length === 0 && steps.size > 0) throw noJobsOf(step, steps);
  return found;
}

/** A run of which there are jobs need not be in this datastore. */
function runOf(
  jobs: readonly FlowJob[],
  { context, options, text }: { context: CliContext; options: BatchJobsOptions; text: string },
): string {
  const runs = [...new Set(jobs.map(({ run }) => run))];
  const [only, ...others] = runs.filter((run) => run.startsWith(text) || run.endsWith(text));
  if (only !== undefined && others.length === 0) return only;
  return resolveRun(context.datastore(options), { flow: context.flowName, text });
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

function placeOf({ run, step, task, counts }: FlowJob): string {
  const size = Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0);
  return `${run}/${step}${task === null ? ` (${counted(size, "task")})` : `/${task}`}`;
}

/** Of an array, its jobs' states. */
function stateText({ state, counts }: FlowJob): string {
  const there = Object.entries(counts ?? {}).filter(([, count]) => count > 0);
  return there.length === 0 ? state : there.map(([status, count]) => `${count} ${status}`).join(", ");
}

function nothingText({ flowName }: CliContext, { run, user, all, step, ended }: BatchJobsOptions): string {
  const whose = all === true || run !== undefined ? "" : ` of ${user ?? username()}`;
  const where = [run === undefined ? "" : ` in ${run}`, step === undefined ? "" : `, step ${step}`].join("");
  return `no job of ${flowName}${whose}${where} ${ended === true ? "is known to" : "is under way on"} AWS Batch`;
}
