import type { Colors } from "picocolors/types.js";
import type { FlowJob } from "../../../engines/engine-jobs.ts";
import type { Engine } from "../../../engines/engine.ts";
import { durationText } from "../../../text/duration-text.ts";
import { taskName } from "../../../text/task-name.ts";
import { counted } from "../../../text/counted.ts";
import { tableText } from "../../show/table-text.ts";
import type { EngineJob } from "./asked-engines.ts";
import type { ChooseJobsFlags } from "./flags.ts";

/** `engine` is told where there could be several. */
export function jobsJson(
  jobs: readonly EngineJob[],
  { hasEngines, labelOf }: { hasEngines: boolean; labelOf: (job: FlowJob) => string },
): object {
  return jobs.map(({ engine, job }) => ({
    ...(hasEngines ? { engine: engine.name } : {}),
    ...job,
    label: labelOf(job),
  }));
}

export function jobsTable(
  jobs: readonly EngineJob[],
  { colors, hasEngines, labelOf }: { colors: Colors; hasEngines: boolean; labelOf: (job: FlowJob) => string },
): string {
  const now = Date.now();
  return tableText({
    header: ["TASK", "STATE", "AGE", "USER", ...(hasEngines ? ["ENGINE"] : []), "JOB", "REASON"],
    styleHeader: colors.dim,
    rows: jobs.map(({ engine, job }) => [
      jobPlaceText(job, labelOf),
      jobStateText(job),
      durationText(now - job.createdAt),
      job.user,
      ...(hasEngines ? [engine.name] : []),
      job.id,
      job.reason ?? "",
    ]),
  });
}

export function jobPlaceText(job: FlowJob, labelOf: (job: FlowJob) => string): string {
  const { run, step, task, counts } = job;
  const size = Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0);
  return `${run}/${task === null ? `${step} (${counted(size, "task")})` : taskName({ step, task, label: labelOf(job) })}`;
}

/** Of an array, its jobs' states. */
export function jobStateText({ state, counts }: FlowJob): string {
  const there = Object.entries(counts ?? {}).filter(([, count]) => count > 0);
  return there.length === 0 ? state : there.map(([status, count]) => `${count} ${status}`).join(", ");
}

export function noJobsText(
  flow: string,
  { flags, username, engines }: { flags: ChooseJobsFlags; username: string; engines: readonly Engine[] },
): string {
  const { run, user, all, step, ended } = flags;
  const whose = all === true || run !== undefined ? "" : ` of ${user ?? username}`;
  const which = [run === undefined ? "" : ` in ${run}`, step === undefined ? "" : `, step ${step}`].join("");
  const where = engines.map((engine) => engine.where).join(" or ");
  return `no job of ${flow}${whose}${which} is ${ended === true ? "remembered" : "under way"} ${where}`;
}
