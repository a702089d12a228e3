import { CONTAINER_EXIT } from "../container/container-exit.ts";
import type { JobEnd } from "../jobs/job-service.ts";
import { STARTED_AGAIN } from "./batch-script.ts";
import type { QueueRow } from "./queue-row.ts";

type Kind = JobEnd["kind"];

/** How long what a job wrote may take to be seen on another machine of the same file system. */
const SURELY_MS = 60_000;
const PERHAPS_MS = 2000;

export const WAITING: ReadonlySet<string> = new Set(["PENDING", "CONFIGURING"]);

const BY_STATE: Readonly<Record<string, Kind>> = {
  COMPLETED: "exited",
  OUT_OF_MEMORY: "out-of-memory",
  TIMEOUT: "timed-out",
  DEADLINE: "timed-out",
  CANCELLED: "stopped",
  NODE_FAIL: "host-lost",
  BOOT_FAIL: "host-lost",
  PREEMPTED: "host-lost",
  REVOKED: "host-lost",
  LAUNCH_FAILED: "host-lost",
  RECONFIG_FAIL: "host-lost",
};

/** A state that is not known, as of a newer Slurm, or none at all, ends no job. */
export function hasEnded({ state }: Pick<QueueRow, "state">): boolean {
  return state === "FAILED" || BY_STATE[state] !== undefined;
}

const SAID: Readonly<Record<string, string>> = {
  TIMEOUT: "its time limit is over: ask for more with @slurm({ time })",
  DEADLINE: "its deadline has passed",
  NODE_FAIL: "its node failed",
  BOOT_FAIL: "its node did not start",
  PREEMPTED: "jobs of a higher priority took its place",
  CANCELLED: "it was cancelled",
};

/** In the job's output, where Slurm samples how much memory is used. */
const TOO_MUCH_MEMORY = /exceeded (?:job |step )?memory limit|oom[-_]kill/i;
/** Signal that Slurm shows where it could not open the files of a job. */
const NO_OUTPUT_FILE = 53;
const LAUNCH_HELD = /launch.failed.requeued.held/i;
const NEVER = /^\(?DependencyNeverSatisfied/;

export interface EndOptions {
  /** For people. */
  readonly details: readonly string[];
  /** The file system of the datastore may lag behind. */
  readonly isShared: boolean;
  /** The end of the job's output, where that was looked at. */
  readonly tail: readonly string[];
  /** True for a job that never began on the node that it was given, see {@link mayBeRefused}. */
  readonly isRefused?: boolean;
}

/**
 * True for a job that was cancelled and had a node: by somebody, or by Slurm because the node refused it, as it does with an id
 * that it knows from a controller that died before it had stored it. One that began has a file for its output.
 */
export function mayBeRefused({ state, nodes }: QueueRow): boolean {
  return state === "CANCELLED" && hasNode(nodes);
}

/** True for one killed by nobody knows whom: its output may tell. */
export function isUnexplained(row: QueueRow): boolean {
  return row.state === "FAILED" && signalOf(row) === 9;
}

/** What a job that Slurm will never start comes down to; null for any other. */
export function deadEnd({ state, reason }: QueueRow): Pick<JobEnd, "kind" | "reason"> | null {
  if (state !== "PENDING" && state !== "REQUEUE_HOLD") return null;
  if (LAUNCH_HELD.test(reason)) return { kind: "host-lost", reason: `${reason}: its node could not start it` };
  if (NEVER.test(reason)) return { kind: "not-started", reason: `${reason}: a job that it depends on has failed` };
  return null;
}

/** How a job ended that Slurm says is over. */
export function jobEnd(row: QueueRow, { details, isShared, tail, isRefused = false }: EndOptions): JobEnd {
  const { state, nodes, restarts } = row;
  const signal = signalOf(row);
  const exitCode = state === "COMPLETED" || signal === 0 ? (row.waitStatus >> 8) & 0xff : 128 + signal;
  const isLost = isRefused || (restarts > 0 && state !== "COMPLETED");
  const kind = isLost ? "host-lost" : kindOf(row, { signal, exitCode, tail });
  const isToldOf = exitCode <= 1 && (state === "COMPLETED" || state === "FAILED");
  const isSilent = exitCode === CONTAINER_EXIT.noNode || exitCode === CONTAINER_EXIT.bootFailed;
  const withinMs = isToldOf ? SURELY_MS : row.hasStarted && !isSilent && !isRefused ? PERHAPS_MS : 0;
  const where = hasNode(nodes) ? [`node ${nodes}`] : [];
  return {
    kind,
    exitCode: state === "COMPLETED" || state === "FAILED" ? exitCode : null,
    reason: isRefused ? `${state}: its node refused to start it` : reasonOf(row, signal),
    details: [...where, ...details],
    outcomeWithinMs: isShared ? withinMs : 0,
  };
}

function kindOf(
  { state, reason }: QueueRow,
  { signal, exitCode, tail }: { signal: number; exitCode: number; tail: readonly string[] },
): Kind {
  const known = BY_STATE[state];
  if (known !== undefined) return known;
  if (signal === NO_OUTPUT_FILE || reason === "BadConstraints") return "not-started";
  if (exitCode === STARTED_AGAIN) return "host-lost";
  return tail.some((line) => TOO_MUCH_MEMORY.test(line)) ? "out-of-memory" : "exited";
}

function reasonOf({ state, reason, restarts }: QueueRow, signal: number): string | null {
  if (restarts > 0) return `${state}: Slurm started it ${restarts + 1} times, and only the first counts`;
  if (signal === NO_OUTPUT_FILE)
    return `${state} ${reason}: its node could not open the file for its output; slurmFolder must be a folder that the compute nodes share`;
  if (state === "COMPLETED") return null;
  const word = reason === "None" || reason === "" || reason === "(null)" ? state : `${state} ${reason}`;
  const said = SAID[state];
  return said === undefined ? word : `${word}: ${said}`;
}

function hasNode(nodes: string): boolean {
  return nodes !== "" && nodes !== "(null)";
}

function signalOf({ waitStatus }: QueueRow): number {
  return waitStatus & 0x7f;
}
