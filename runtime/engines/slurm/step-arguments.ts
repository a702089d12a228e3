import { knownOptions } from "../../../sdk/decorators/decorator-definition.ts";
import { SLURM_OPTIONS } from "../../../sdk/decorators/slurm.ts";
import type { JobGroup, StepJob } from "../jobs/job-service.ts";
import { jobComment } from "./job-comment.ts";
import { runKey } from "./run-key.ts";
import type { SlurmSettings } from "./slurm-settings.ts";

/** Those by which jobs are started once, found again and told apart: not the user's to change. */
export const OWN_OPTIONS: ReadonlySet<string> = new Set(
  "array chdir cluster-constraint clusters comment error export export-file get-user-env help hold input job-name kill-on-invalid-dep no-requeue ntasks open-mode output parsable quiet requeue test-only usage version wait wrap".split(
    " ",
  ),
);

type Defaults = Pick<SlurmSettings, "partition" | "account">;
type Given = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Beyond the step's own limit, for what comes before and after it. */
const TIME_GRACE_MS = 5 * 60_000;

/** What a step asks of `sbatch`, as far as it is the same for all of its tasks. */
export function stepArguments(needs: StepJob, defaults: Defaults): string[] {
  const own = knownOptions(SLURM_OPTIONS, needs.options);
  const { gpu, timeoutMs, diskMb } = needs;
  const limit = timeoutMs === null ? null : String(Math.ceil((timeoutMs + TIME_GRACE_MS) / 60_000));
  return argumentsOf({
    partition: own.partition ?? defaults.partition,
    account: own.account ?? defaults.account,
    qos: own.qos,
    ntasks: 1,
    "cpus-per-task": Math.ceil(needs.cpu),
    mem: `${Math.ceil(needs.memoryMb)}M`,
    gres: own.gres ?? (gpu > 0 ? `gpu:${gpu}` : null),
    time: own.time ?? limit,
    tmp: diskMb === null ? null : `${Math.ceil(diskMb)}M`,
    constraint: own.constraint,
    reservation: own.reservation,
    exclusive: own.exclusive,
    nodelist: own.nodelist,
    ...own.overrides,
  });
}

/** @param output - pattern of the files that jobs write to */
export function groupArguments(group: JobGroup, { output, ...defaults }: Defaults & { output: string }): string[] {
  const { tasks, needs, run } = group;
  const ours = {
    parsable: true,
    "job-name": runKey(run),
    comment: jobComment(group),
    array: tasks.length === 1 ? null : `0-${tasks.length - 1}`,
    output,
    "open-mode": "append",
    // A folder that is not there on a node would silently be another one.
    chdir: "/",
    // What Slurm starts again could run beside what it takes for dead; an attempt of ours takes its place instead.
    "no-requeue": true,
    "kill-on-invalid-dep": "yes",
    export: "ALL",
  };
  return [...stepArguments(needs, defaults), ...argumentsOf(ours)];
}

function argumentsOf(options: Given): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    if (value === null || value === undefined || value === false) return [];
    return value === true ? [`--${name}`] : [`--${name}=${value}`];
  });
}
