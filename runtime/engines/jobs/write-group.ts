import type { RunRecord } from "../../datastore/run-record.ts";
import type { Storage } from "../../datastore/storage.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import { JOB_VARIABLES } from "../container/job-variables.ts";
import { encodeGroup, groupHash, groupKey, type JobSetup } from "./group-document.ts";
import { groupName } from "./group-name.ts";
import type { JobGroup, StepJob } from "./job-service.ts";

/** What the jobs of any group get. */
export interface GroupOptions {
  readonly storage: Storage;
  readonly user: string;
  /** What every job executes, and the variables that lead it to the datastore. */
  readonly command: readonly string[];
  env(of: { run: string; group: string }): Readonly<Record<string, string>>;
  /** What the tasks of a step need, always the same objects: see {@link jobOf}. */
  needsOf(step: string): StepJobs;
}

/** What a step's tasks need, by attempt; the last one counts for all further ones. */
export type StepJobs = readonly [StepJob, ...StepJob[]];

/** What an attempt needs: the same object for all that need the same. */
export function jobOf({ step, attempt }: AttemptId, needsOf: GroupOptions["needsOf"]): StepJob {
  const [first, ...later] = needsOf(step);
  return (attempt === 0 ? undefined : (later[attempt - 1] ?? later.at(-1))) ?? first;
}

type AttemptId = Pick<TaskSpec, "step" | "attempt">;

export interface GroupOf {
  readonly engine: string;
  readonly record: RunRecord;
  /** What the worker of an attempt is told. */
  setupOf(of: AttemptId): Omit<JobSetup, "run">;
}

/**
 * Puts attempts that need the same together, and writes down what their jobs need.
 * @param specs - at least one
 */
export async function writeGroup(
  specs: readonly [TaskSpec, ...TaskSpec[]],
  { engine, record, setupOf, storage, needsOf, command, user, env }: GroupOptions & GroupOf,
): Promise<JobGroup> {
  const [first] = specs;
  const run = { flow: record.flow, run: record.run };
  const name = groupName(record, first);
  const variables = env({ run: record.run, group: name });
  const told = { name, run, user, needs: jobOf(first, needsOf), command, env: variables };
  const setup = { ...setupOf(first), run: record.run };
  const bytes = encodeGroup({ format: 1, engine, group: told, setup }, specs);
  await storage.writeSoon(groupKey(run, name), [bytes]);
  return {
    ...told,
    env: { ...variables, [JOB_VARIABLES.groupHash]: groupHash(bytes) },
    tasks: specs.map(({ task, attempt }) => ({ task, attempt })),
  };
}
