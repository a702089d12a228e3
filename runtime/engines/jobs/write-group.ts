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
  /** What the tasks of a step need. */
  needsOf(step: string): StepJob;
}

export interface GroupOf {
  readonly engine: string;
  readonly record: RunRecord;
  /** What the worker of a step's task is told. */
  setupOf(step: string): Omit<JobSetup, "run">;
}

/**
 * Puts tasks of one step together, and writes down what their jobs need.
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
  const told = { name, run, user, needs: needsOf(first.step), command, env: variables };
  const setup = { ...setupOf(first.step), run: record.run };
  const bytes = encodeGroup({ format: 1, engine, group: told, setup }, specs);
  await storage.writeSoon(groupKey(run, name), [bytes]);
  return {
    ...told,
    env: { ...variables, [JOB_VARIABLES.groupHash]: groupHash(bytes) },
    tasks: specs.map(({ task, attempt }) => ({ task, attempt })),
  };
}
