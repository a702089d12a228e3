import type { LaunchOrderOptions } from "../../datastore/kinds/launch-order.ts";
import type { Settings } from "../../settings/read-settings.ts";

/** How a run is driven, as front ends are told: the command line, `Runner`, `spin`. */
export interface RunOptions {
  /** Tasks at once. */
  readonly maxWorkers?: number | undefined;
  /** Processors that tasks on this machine share. */
  readonly maxCpu?: number | undefined;
  /** Memory that tasks on this machine share, in MB. */
  readonly maxMemory?: number | undefined;
  /** Whether tasks on this machine are packed by what they ask for, or by what past ones used. */
  readonly admit?: "asked" | "usage" | undefined;
  /** Most children of one split. */
  readonly maxSplits?: number | undefined;
  /** After a failure: stop everything, or finish what does not depend on the failed task. */
  readonly onFailure?: "stop" | "finish" | undefined;
  /** Fresh modules or a fresh process for each task. */
  readonly isolation?: "module" | "process" | undefined;
  /** What is stored survives a power cut. */
  readonly durable?: boolean | undefined;
  /** How long tasks have that are asked to stop, in milliseconds. */
  readonly graceMs?: number | undefined;
}

/** Every one with its value: also what the scheduler of a detached run is told. */
export type ResolvedRunOptions = LaunchOrderOptions;

export const RUN_DEFAULTS = { admit: "asked", maxSplits: 100_000, onFailure: "stop", isolation: "module" } as const;

export function resolveRunOptions(options: RunOptions, settings: Settings): ResolvedRunOptions {
  return {
    maxWorkers: options.maxWorkers ?? null,
    maxCpu: options.maxCpu ?? null,
    maxMemoryMb: options.maxMemory ?? null,
    admit: options.admit ?? RUN_DEFAULTS.admit,
    maxSplits: options.maxSplits ?? RUN_DEFAULTS.maxSplits,
    onFailure: options.onFailure ?? RUN_DEFAULTS.onFailure,
    isolation: options.isolation ?? RUN_DEFAULTS.isolation,
    isDurable: settings.isDurable(options.durable),
    graceMs: settings.graceMs(options.graceMs),
  };
}
