import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { sourcesOf } from "../../../datastore/reader/log-source.ts";
import { LogTail } from "../../../datastore/reader/log-tail.ts";
import { resolvePathspec } from "../../../datastore/reader/resolve-pathspec.ts";
import type { JobOutput } from "../../../engines/engine-jobs.ts";
import type { Engine } from "../../../engines/engine.ts";
import { readLostGroups } from "../../../engines/jobs/lost-jobs.ts";
import type { StoreContext } from "../../cli-context.ts";
import { flowMeant } from "../../flow-meant.ts";
import { ownerMeant } from "../../owner-meant.ts";
import { logLine } from "../../show/log-line.ts";
import { showLogs } from "../logs/run.ts";
import { AskedEngines } from "./asked-engines.ts";
import type { JobsFlags } from "./flags.ts";

interface JobOfTask extends JobOutput {
  readonly engine: Engine;
  readonly attempt: number;
}

interface TaskPlace {
  readonly flow: string;
  readonly run: string;
  readonly step: string;
  readonly task: number;
}

/** What the task itself stored; where it could not, what its container wrote. */
export async function showJobLogs(context: StoreContext, flags: JobsFlags & { pathspec: string }): Promise<void> {
  const { pathspec } = flags;
  const output = context.output(flags);
  const store = context.datastore(flags);
  const place = resolvePathspec(store, {
    flow: flowMeant(context, { store, text: pathspec }),
    text: pathspec,
    owner: ownerMeant(context, flags),
  });
  const [task, ...others] = place.tasks;
  if (task === undefined || others.length > 0) throw notOneTask(pathspec, place.tasks.length);
  const isStored = sourcesOf(place.run, { task, attempt: undefined }).some(
    (source) => new LogTail(store.storage, source).next().next().done !== true,
  );
  if (isStored) return showLogs(context, { ...flags, stream: "both" });
  const engines = new AskedEngines({ name: flags.engine ?? null, places: flags.places, settings: context.settings });
  const job = jobOf(store, { engines: engines.all, task: { ...place.run, step: task.step, task: task.task } });
  if (job === null) {
    const where = engines.all.map((engine) => engine.where).join(" or ");
    return output.note(`${pathspec} wrote nothing, and was no job ${where}`);
  }
  const { logKeeper } = job.engine.jobs;
  const lines = await engines.ask(job.engine, (jobs) => jobs.log(job));
  if (output.isJson) return output.json({ job: job.name, source: logKeeper.toLowerCase(), lines });
  if (lines === null || lines.length === 0)
    return output.note(`neither the datastore nor ${logKeeper} has output of ${job.name}`);
  output.note(`from ${logKeeper}, as the datastore has nothing of it:`);
  output.print(lines.map(logLine).join("\n"));
}

/** The job of a task's latest attempt. */
function jobOf(
  { storage }: Datastore,
  { engines, task: of }: { engines: readonly Engine[]; task: TaskPlace },
): JobOfTask | null {
  const { flow, run, step } = of;
  const jobs = engines.flatMap((engine) =>
    readLostGroups(storage, { run: { flow, run }, engine: engine.name })
      .filter(({ lost }) => lost.group.needs.step === step)
      .flatMap(({ lost: { group, id } }) =>
        group.tasks.flatMap(({ task, attempt }, index): JobOfTask[] =>
          task === of.task
            ? [{ engine, id, name: group.name, index: group.tasks.length > 1 ? index : null, attempt }]
            : [],
        ),
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
