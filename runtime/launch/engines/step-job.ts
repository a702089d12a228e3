import { DEFAULT_RESOURCES } from "../../../sdk/base/step-settings.ts";
import type { JobSetup } from "../../engines/jobs/group-document.ts";
import type { StepJob } from "../../engines/jobs/job-service.ts";
import type { Settings } from "../../settings/read-settings.ts";
import { type FlowGraph, nodeOf } from "../../graph/flow-graph.ts";

/** Where nothing names an image. */
const DEFAULT_IMAGE = "node:22-slim";
/** The rest is for what is not V8's: buffers, native code, the process that watches over the task. */
const HEAP_SHARE = 0.75;

/** What the tasks of a step need, on whatever service. */
export function stepJob(graph: FlowGraph, step: string, settings: Settings): StepJob {
  const { resources = DEFAULT_RESOURCES, engine, env, timeoutMs } = nodeOf(graph, step).settings;
  const { cpu, gpu, memoryMb, diskMb, sharedMemoryMb } = resources;
  const { image, ...options } = engine?.options ?? {};
  const named = typeof image === "string" ? image : (env?.image ?? settings.image());
  return {
    ...{ step, cpu, gpu, memoryMb, diskMb, sharedMemoryMb, options },
    image: named ?? DEFAULT_IMAGE,
    timeoutMs: timeoutMs ?? null,
  };
}

/** What the worker of such a task is told. */
export function stepSetup(graph: FlowGraph, step: string): Pick<JobSetup, "vars" | "environment" | "node" | "heapMb"> {
  const { env, resources = DEFAULT_RESOURCES } = nodeOf(graph, step).settings;
  const packages = Object.keys(env?.packages ?? {});
  return {
    vars: env?.vars ?? {},
    environment: packages.length === 0 ? null : { packages },
    node: env?.node ?? null,
    heapMb: Math.max(Math.floor(resources.memoryMb * HEAP_SHARE), 1),
  };
}
