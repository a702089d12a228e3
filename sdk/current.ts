import { MillraceError } from "./base/millrace-error.ts";
import { host, type CurrentTask, type ParallelInfo } from "./base/host.ts";
import { runningTask } from "./base/running-task.ts";

/** What {@link current} offers: facts about the task that runs. */
export interface Current extends Omit<CurrentTask, "parallel"> {
  /** True inside a task; outside one, everything else throws. */
  readonly isRunning: boolean;
  /** The gang that the task belongs to (`numParallel`); throws in a task that belongs to none. */
  readonly parallel: ParallelInfo;
}

const FACTS = {
  flowName: true,
  runId: true,
  stepName: true,
  taskId: true,
  pathspec: true,
  attempt: true,
  originRunId: true,
  username: true,
  namespace: true,
  tags: true,
  parameters: true,
  tempDir: true,
  signal: true,
  engine: true,
  projectName: true,
  branchName: true,
  isProduction: true,
  trigger: true,
  checkpoint: true,
  progress: true,
  log: true,
  card: true,
  gpu: true,
  registerModel: true,
} as const satisfies Record<keyof Omit<CurrentTask, "parallel">, true>;

/**
 * The task that runs now: its names, attempt, tags, folder, signal.
 *
 * Outside a task `current.isRunning` is false and everything else throws.
 *
 * @example
 * ```ts
 * import { current } from "millrace";
 *
 * if (current.isRunning) console.log(`attempt ${current.attempt} of ${current.pathspec}`);
 * ```
 */
export const current: Current = Object.defineProperties({} as Current, {
  isRunning: { enumerable: true, get: () => host().task !== undefined },
  ...Object.fromEntries(Object.keys(FACTS).map((name) => [name, { enumerable: true, get: () => read(name) }])),
  parallel: { enumerable: true, get: readParallel },
});

function read(name: string): unknown {
  return runningTask(`current.${name}`).current[name as keyof CurrentTask];
}

function readParallel(): ParallelInfo {
  const task = runningTask("current.parallel").current;
  if (task.parallel !== null) return task.parallel;
  throw new MillraceError({
    code: "MILLRACE_NOT_PARALLEL",
    headline: `Cannot use current.parallel because step ${task.stepName} is not part of a gang`,
    hint: `start it as one: this.next(this.${task.stepName}, { numParallel: 2 })`,
  });
}
