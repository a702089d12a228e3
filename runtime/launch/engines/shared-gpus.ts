import { needsAt, needsByAttempt } from "../../../sdk/base/needs-at.ts";
import { findGpus } from "../../engines/gpus/find-gpus.ts";
import { GpuPool } from "../../engines/gpus/gpu-pool.ts";
import type { Settings } from "../../settings/read-settings.ts";
import { type FlowGraph, nodeOf } from "../../graph/flow-graph.ts";
import type { Capacity } from "../../scheduler/capacity.ts";
import type { StepEngines } from "./chosen-engines.ts";

/** GPUs of this machine, for all steps that run on it: as processes, or in containers of its own engine. */
export interface SharedGpus extends Capacity {
  readonly pool: GpuPool;
}

export function sharedGpus(graph: FlowGraph, engines: StepEngines, settings: Settings): SharedGpus {
  const isAsked = graph.steps.some(({ settings: { resources } }) =>
    resources === undefined ? false : needsByAttempt(resources).some(({ gpu }) => gpu > 0),
  );
  const pool = new GpuPool(isAsked ? findGpus(settings.gpus) : { count: 0, ids: [] });
  const isHere = (step: string) => engines.get(step)?.computesHere(settings) ?? true;
  return {
    name: "GPU",
    pool,
    count: pool.count,
    takenBy(step, attempt) {
      const { resources } = nodeOf(graph, step).settings;
      return isHere(step) && resources !== undefined ? pool.share(needsAt(resources, attempt).gpu) : 0;
    },
  };
}
