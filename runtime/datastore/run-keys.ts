import { createHash } from "node:crypto";

/** Where records lie: runs, and apart from them the steps that `spin` tried out. */
export type RecordRoot = "flows" | "spins";

export interface RunPlace {
  readonly flow: string;
  readonly run: string;
  /** @defaultValue `flows` */
  readonly root?: RecordRoot | undefined;
}

/** Everything of one run lies below this. */
export function runFolder({ flow, run, root = "flows" }: RunPlace): string {
  return `${root}/${flow}/${run}`;
}

/** @param claim - number of the scheduler that writes it */
export function journalKey(of: RunPlace, claim = 1): string {
  return `${runFolder(of)}/journal${ofClaim(claim)}.jsonl`;
}

/** @param folder - of the run */
export function segmentKey(folder: string, segment: string): string {
  return `${folder}/results/${segment}.jsonl`;
}

export function logKey({ step, task, attempt, ...of }: RunPlace & AttemptPlace): string {
  return `${runFolder(of)}/logs/${step}/${task}-${attempt}.log`;
}

/** What an attempt logged with `current.log`. */
export function metricsKey({ step, task, attempt, ...of }: RunPlace & AttemptPlace): string {
  return `${metricsFolder(of)}/${step}/${task}-${attempt}.jsonl`;
}

/** What an attempt put on its cards. */
export function cardsKey({ step, task, attempt, ...of }: RunPlace & AttemptPlace): string {
  return `${runFolder(of)}/cards/${step}/${task}-${attempt}.jsonl`;
}

/** What an attempt used over its time. */
export function usageKey({ step, task, attempt, ...of }: RunPlace & AttemptPlace): string {
  return `${runFolder(of)}/usage/${step}/${task}-${attempt}.json`;
}

/** Has a folder for each step. */
export function metricsFolder(of: RunPlace): string {
  return `${runFolder(of)}/metrics`;
}

export function runMetricsKey(of: RunPlace): string {
  return `${runFolder(of)}/metrics.json`;
}

export function heartbeatKey(of: RunPlace): string {
  return `${runFolder(of)}/heartbeat.json`;
}

export function documentKey(of: RunPlace): string {
  return `${runFolder(of)}/run.json`;
}

/** A task's progress outlives its attempts and is found again by a resumed run: it is named by the task's path. */
export function checkpointKey({ step, path, ...of }: RunPlace & { step: string; path: string }): string {
  return `${runFolder(of)}/checkpoints/${step}/${checkpointName(path)}.json`;
}

/** The path of the task that split, of that of a member. */
export function gangPathOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

/** Where the first task of a gang is reached; the path is that of the task that split. */
export function gangKey({ path, ...of }: RunPlace & { path: string }): string {
  return `${runFolder(of)}/gangs/${checkpointName(path === "" ? "gang" : path)}.json`;
}

/** Splits within splits make long paths: what no file system takes as a name is shortened, and told apart by a hash. */
function checkpointName(path: string): string {
  const name = path.replaceAll("/", "_");
  if (name.length <= MAX_CHECKPOINT_NAME) return name;
  const hash = createHash("sha256").update(path).digest("hex");
  return `${name.slice(0, MAX_CHECKPOINT_NAME - hash.length - 1)}~${hash}`;
}

/** Without its ending: with it a name has 255 characters. Shorter ones were written under their own name before. */
const MAX_CHECKPOINT_NAME = 250;

/** What one group of jobs needs and leaves, where tasks run elsewhere. */
export function jobsFolder(of: RunPlace, group: string): string {
  return `${runFolder(of)}/jobs/${group}`;
}

/** The request that the run stops. */
export function stopKey(of: RunPlace): string {
  return `${runFolder(of)}/stop.json`;
}

/** What the scheduler of a detached run is told. */
export function launchOrderKey(of: RunPlace): string {
  return `${runFolder(of)}/launch.json`;
}

/** The process that became the scheduler of a run, or went on with it as the `claim`th one. */
export function schedulerKey(of: RunPlace, claim = 1): string {
  return `${runFolder(of)}/scheduler${ofClaim(claim)}.json`;
}

function ofClaim(claim: number): string {
  return claim === 1 ? "" : `-${claim}`;
}

/** There once the hook of `@onExit` is called, where no scheduler of ours drives the run. */
export function exitHookKey(of: RunPlace): string {
  return `${runFolder(of)}/events/hook.json`;
}

/** Changes of the run's tags, one object each. */
export function tagsFolder(of: RunPlace): string {
  return `${runFolder(of)}/tags`;
}

export interface AttemptPlace {
  readonly step: string;
  readonly task: number;
  readonly attempt: number;
}
