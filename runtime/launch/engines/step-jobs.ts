import { needsAt, needsByAttempt } from "../../../sdk/base/needs-at.ts";
import { DEFAULT_RESOURCES, type Needs } from "../../../sdk/base/step-settings.ts";
import type { JobSetup } from "../../engines/jobs/group-document.ts";
import type { StepJob } from "../../engines/jobs/job-service.ts";
import type { StepJobs } from "../../engines/jobs/write-group.ts";
import type { Settings } from "../../settings/read-settings.ts";
import { type FlowGraph, nodeOf } from "../../graph/flow-graph.ts";

/** Where nothing names an image. */
const DEFAULT_IMAGE = "node:22-slim";
/** The rest is for what is not V8's: buffers, native code, the process that watches over the task. */
const HEAP_SHARE = 0.75;

/** What the tasks of a step need, on whatever service: by attempt, the last one counts for all further ones. */
export function stepJobs(graph: FlowGraph, step: string, settings: Settings): StepJobs {
  const { resources = DEFAULT_RESOURCES } = nodeOf(graph, step).settings;
  const [first, ...later] = needsByAttempt(resources);
  const job = (needs: Needs) => stepJob(graph, { step, needs }, settings);
  return [job(first), ...later.map(job)];
}

function stepJob(graph: FlowGraph, { step, needs }: { step: string; needs: Needs }, settings: Settings): StepJob {
  const { engine, env, timeoutMs = null, reuse } = nodeOf(graph, step).settings;
  const { cpu, gpu, memoryMb, diskMb, sharedMemoryMb } = needs;
  const { image, ...options } = engine?.options ?? {};
  const named = typeof image === "string" ? image : (env?.image ?? settings.image());
  return {
    ...{ step, cpu, gpu, memoryMb, diskMb, sharedMemoryMb, options },
    image: named ?? DEFAULT_IMAGE,
    // What a job of many tasks may take is no limit of one of them.
    ...(reuse === undefined ? { timeoutMs } : { timeoutMs: null, reuse: { ...reuse, taskTimeoutMs: timeoutMs } }),
  };
}

/** What the worker of such an attempt is told. */
export function stepSetup(
  graph: FlowGraph,
  { step, attempt }: { readonly step: string; readonly attempt: number },
): Pick<JobSetup, "vars" | "environment" | "node" | "heapMb"> {
  const { env, resources = DEFAULT_RESOURCES } = nodeOf(graph, step).settings;
  const packages = Object.keys(env?.packages ?? {});
  return {
    vars: env?.vars ?? {},
    environment: packages.length === 0 ? null : { packages },
    node: env?.node ?? null,
    heapMb: Math.max(Math.floor(needsAt(resources, attempt).memoryMb * HEAP_SHARE), 1),
  };
}
