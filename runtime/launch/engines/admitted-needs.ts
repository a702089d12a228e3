import type { Datastore } from "../../datastore/datastore.ts";
import { recentRuns } from "../../datastore/reader/recent-runs.ts";
import { stepUsages } from "../../datastore/reader/step-usage.ts";
import { isOutOfMemory } from "../../task/out-of-memory.ts";

/** What a task of a step takes of the machine, as past tasks of the step did: 95 of 100 took no more. */
export interface AdmittedNeeds {
  /** Null where the attempts were too short to tell. */
  readonly cpu: number | null;
  /** In MB; null where no attempt could tell. */
  readonly memoryMb: number | null;
  /** Of so many attempts. */
  readonly attempts: number;
  /** True if some of them ran out of memory: it takes no less than what it asks for. */
  readonly hasRunOut: boolean;
}

/** Older runs say little of what the code does now. */
const RUNS = 10;
const LEAST_CPU = 0.01;

/** By step, from the latest runs of the flow in this datastore; steps that none of them knows are missing. */
export function admittedNeeds(store: Datastore, flow: string): ReadonlyMap<string, AdmittedNeeds> {
  const runs = recentRuns(store, { flow, count: RUNS });
  const failed = runs
    .flatMap(({ tasks }) => tasks)
    .flatMap(({ step, attempts }) =>
      attempts.some(({ error }) => error !== null && isOutOfMemory(error)) ? [step] : [],
    );
  const ranOut = new Set(failed);
  return new Map(
    stepUsages(runs).flatMap(({ step, cores, memoryMb, attempts, silent }) => {
      if (attempts === silent) return [];
      const needs: AdmittedNeeds = {
        cpu: cores === null ? null : Math.max(Math.ceil(cores.p95 * 100) / 100, LEAST_CPU),
        memoryMb: memoryMb === null ? null : Math.max(Math.ceil(memoryMb.p95), 1),
        attempts: attempts - silent,
        hasRunOut: ranOut.has(step),
      };
      return [[step, needs]];
    }),
  );
}
