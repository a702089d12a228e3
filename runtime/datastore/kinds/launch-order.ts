import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import { count, faultIn, fields, flag, hash, oneOf, optional, orNull, text, time } from "../shapes/checks.ts";
import type { RecordKind } from "./record-kind.ts";

/** What the scheduler of a detached run is told beside the run's document and release. */
export interface LaunchOrder {
  readonly format: typeof RECORD_FORMAT;
  /** How the user calls the command line, for hints. */
  readonly programName: string;
  /** Blob of Millrace itself where the scheduler is a job; missing where it is a process of the launcher's machine. */
  readonly runtime?: string;
  /** Resolved run options, as the launcher had them. */
  readonly options: LaunchOrderOptions;
}

export interface LaunchOrderOptions {
  /** What the engines take at once where null. */
  readonly maxWorkers: number | null;
  /** All that the machine has where null. */
  readonly maxCpu: number | null;
  readonly maxMemoryMb: number | null;
  readonly admit: "asked" | "usage";
  readonly maxSplits: number;
  readonly onFailure: "stop" | "finish";
  readonly isolation: "module" | "process";
  readonly isDurable: boolean;
  readonly graceMs: number;
}

/** A process that became the run's scheduler: the first one, or the one that went on when that had died. */
export interface LaunchClaim {
  readonly format: typeof RECORD_FORMAT;
  readonly host: string;
  readonly pid: number;
  readonly time: number;
}

/** What deployments say as well. */
export const launchOrderOptions = fields({
  maxWorkers: orNull(count),
  maxCpu: orNull(number),
  maxMemoryMb: orNull(number),
  admit: oneOf("asked", "usage"),
  maxSplits: count,
  onFailure: oneOf("stop", "finish"),
  isolation: oneOf("module", "process"),
  isDurable: flag,
  graceMs: number,
});
const order = fields({ programName: text, runtime: optional(hash), options: launchOrderOptions });
const claim = fields({ host: text, pid: count, time });

export const launchOrderKind: RecordKind<LaunchOrder> = {
  name: "launch",
  keys: [
    {
      key: "flows/<Flow>/<run>/launch.json",
      is: "of a detached run: what its scheduler is told; written once",
      form: "whole",
    },
  ],
  parse: parseLaunchOrder,
  *references({ runtime }) {
    if (runtime !== undefined) yield { to: "blob", hash: runtime, what: "scheduler" };
  },
  title: ({ key }) => key,
  loses: ({ flow, run }) => [`the start of ${flow}/${run}, if it still waits for its scheduler`],
  fix: ({ key }) => `delete ${key}, and start the run again if it had not begun`,
};

export const launchClaimKind: RecordKind<LaunchClaim> = {
  name: "scheduler",
  keys: [
    {
      key: "flows/<Flow>/<run>/scheduler.json",
      is: "of a detached run: the process that became its scheduler; written once",
      form: "whole",
    },
    {
      key: "flows/<Flow>/<run>/scheduler-<n>.json",
      is: "the process that went on with such a run as its `n`th scheduler; written once",
      form: "whole",
    },
  ],
  parse: parseLaunchClaim,
  title: ({ key }) => key,
  loses: () => [],
  fix: ({ key }) => `delete ${key} once the run has ended`,
};

function number(value: unknown): string | null {
  return Number.isFinite(value) ? null : " is not a number";
}

export function parseLaunchClaim(json: string, key: string): LaunchClaim {
  return parseRecord(json, key, (record) => faultIn(claim, record)) as LaunchClaim;
}

export function parseLaunchOrder(json: string, key: string): LaunchOrder {
  return parseRecord(json, key, (record) => faultIn(order, record)) as LaunchOrder;
}
