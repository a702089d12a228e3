import type { FlowJob, FlowJobs, JobFilter, JobOutput } from "../engine-jobs.ts";
import { hasEnded } from "./job-end.ts";
import { parseQueue, queueArguments, type QueueRow } from "./queue-row.ts";
import type { Shell } from "./shell.ts";
import { slurmError } from "./slurm-error.ts";
import type { WorkFolder } from "./work-folder.ts";
import { whyWaiting } from "./why-waiting.ts";

const MOST_LINES = 10_000;
const MAX_IDS = 500;

export interface SlurmJobsPlace {
  readonly shell: Shell;
  readonly work: WorkFolder;
  /** As which the user submits jobs. */
  readonly username: string;
}

/** The jobs of flows on a cluster as commands see them: each asks once and is done. */
export class SlurmJobs implements FlowJobs {
  readonly #open: () => Promise<SlurmJobsPlace>;
  #place: Promise<SlurmJobsPlace> | null = null;

  constructor(open: () => Promise<SlurmJobsPlace>) {
    this.#open = open;
  }

  find({ flow, user, hasEnded: isWithEnded }: JobFilter): Promise<FlowJob[]> {
    return this.#explaining("list jobs", async ({ shell, username }) => {
      // A site may have a hundred thousand jobs of others.
      const whose = user === username ? ["--me"] : [];
      const rows = parseQueue(await shell.slurm("squeue", queueArguments(whose)));
      const groups = new Map<string, QueueRow[]>();
      for (const row of rows.filter(({ comment }) => comment?.flow === flow)) {
        const known = groups.get(row.id);
        if (known === undefined) groups.set(row.id, [row]);
        else known.push(row);
      }
      return [...groups.values()]
        .flatMap(flowJob)
        .filter((job) => (user === null || job.user === user) && (isWithEnded || job.isOpen))
        .sort((one, other) => other.createdAt - one.createdAt);
    });
  }

  end(jobs: readonly FlowJob[]): Promise<void> {
    return this.#explaining("end jobs", async ({ shell, work }) => {
      for (let at = 0; at < jobs.length; at += MAX_IDS)
        await shell.slurm(
          "scancel",
          jobs.slice(at, at + MAX_IDS).map(({ id }) => id),
        );
      await work.takeBackOf(jobs.map(({ name }) => name)).catch(() => undefined);
    });
  }

  /** What a job wrote beside the datastore, as long as it is kept. */
  log({ name, index }: JobOutput): Promise<readonly string[] | null> {
    return this.#explaining("read the output of a job", async ({ work }) => {
      const lines = await work.tailOf(`${name}${index === null ? "" : `-${index}`}.out`, MOST_LINES);
      return lines.length === 0 ? null : lines;
    });
  }

  async close(): Promise<void> {
    // Each command is a process of its own.
  }

  async #explaining<T>(task: string, work: (place: SlurmJobsPlace) => Promise<T>): Promise<T> {
    try {
      return await work(await (this.#place ??= this.#open()));
    } catch (error) {
      throw slurmError(error, task);
    }
  }
}

/** Nothing for a job that is not ours. */
function flowJob(rows: readonly QueueRow[]): (FlowJob & { readonly isOpen: boolean })[] {
  const [first] = rows;
  const comment = first?.comment ?? null;
  if (first === undefined || comment === null) return [];
  const isArray = first.index !== null;
  const open = rows.filter((row) => !hasEnded(row));
  const shown = open[0] ?? first;
  const counts: Record<string, number> = {};
  for (const { state } of rows) counts[state] = (counts[state] ?? 0) + 1;
  const { run, step, user, task, group } = comment;
  return [
    {
      ...{ id: first.id, name: group, run, step, user, state: shown.state },
      task: isArray ? null : task,
      reason: hasEnded(shown) ? shown.reason : whyWaiting(shown).reason,
      createdAt: Date.parse(first.submittedAt) || 0,
      counts: isArray ? counts : null,
      isOpen: open.length > 0,
    },
  ];
}
