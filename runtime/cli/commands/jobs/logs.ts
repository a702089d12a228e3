import { MillraceError } from "../../../../sdk/base/errors.ts";
import { readLostGroups } from "../../../engines/jobs/lost-jobs.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { LogTail } from "../../../datastore/reader/log-tail.ts";
import { sourcesOf } from "../../../datastore/reader/log-source.ts";
import { resolvePathspec } from "../../../datastore/reader/resolve-pathspec.ts";
import type { BatchOptions } from "./flags.ts";
import type { CliContext } from "../../context.ts";
import { withFlowJobs } from "./batch-queue.ts";
import { logLine } from "../../show/log-line.ts";
import { showLogs } from "../logs/run.ts";

interface JobPlace {
  readonly id: string | null;
  readonly name: string;
  /** Among the jobs of an array. */
  readonly index: number | null;
}

/** What the task itself stored; where it could not, what its container wrote. */
export async function showJobLogs(context: CliContext, options: BatchOptions & { pathspec: string }): Promise<void> {
  const output = context.output(options);
  const store = context.datastore(options);
  const place = resolvePathspec(store, { flow: context.flowName, text: options.pathspec });
  const [task, ...others] = place.tasks;
  if (task === undefined || others.length > 0) throw notOneTask(options.pathspec, place.tasks.length);
  const isStored = sourcesOf(place.run, { task, attempt: undefined }).some(
    (source) => new LogTail(store.storage, source).next().next().done !== true,
  );
  if (isStored) return showLogs(context, { ...options, stream: "both" });
  const job = jobOf(store, { ...place.run, step: task.step, task: task.task });
  if (job === null) return output.note(`${options.pathspec} wrote nothing, and was no job of AWS Batch`);
  const lines = await withFlowJobs({ queue: options.queue, cwd: context.cwd }, (jobs) => jobs.log(job));
  if (output.isJson) return output.json({ job: job.name, source: "cloudwatch", lines });
  if (lines === null || lines.length === 0)
    return output.note(`neither the datastore nor CloudWatch has output of ${job.name}`);
  output.note(`from CloudWatch, as the datastore has nothing of it:`);
  output.print(lines.map(logLine).join("\n"));
}

/** The job of a task's latest attempt. */
function jobOf(
  { storage }: Datastore,
  { flow, run, step, task }: { flow: string; run: string; step: string; task: number },
): JobPlace | null {
  const jobs = readLostGroups(storage, { run: { flow, run }, engine: "batch" }).flatMap(({ lost: { group, id } }) =>
    group.needs.step !== step
      ? []
      : group.tasks.flatMap((one, index) =>
          one.task === task
            ? [{ id, name: group.name, index: group.tasks.length > 1 ? index : null, attempt: one.attempt }]
            : [],
        ),
  );
  return jobs.sort((one, other) => other.attempt - one.attempt)[0] ?? null;
}

function notOneTask(pathspec: string, seen: number): MillraceError {
  return new MillraceError({
    code: "MILLRACE_PATHSPEC",
    headline: `Cannot show the output of ${pathspec} because it is not one task: it has ${seen}`,
    hint: "name one, as latest/train/3; the command logs shows what all of a step or run stored",
  });
}
