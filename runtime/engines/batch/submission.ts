import type { ContainerOverrides, SubmitJobCommandInput } from "@aws-sdk/client-batch";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { JOB_VARIABLES } from "../container/job-variables.ts";
import { gpuVariables } from "../jobs/gpu-variables.ts";
import type { JobGroup } from "../jobs/job-service.ts";
import { jobTags } from "./job-tags.ts";
import { laidOver } from "./laid-over.ts";
import type { Platform, BatchStepOptions } from "./step-options.ts";

/** Most characters of all overrides of a container together: what is longer is accepted, and fails much later. */
const MAX_OVERRIDES = 8192;
/** Of these, what Batch itself adds: variables that name the job, its queue and its array. */
const RESERVED = 700;
/** Least that Batch takes; it is a backstop for the scheduler's own limit. */
const MIN_TIMEOUT_S = 60;
const TIMEOUT_GRACE_MS = 60_000;

export interface SubmissionPlace {
  readonly queue: string;
  /** ARN of the job definition. */
  readonly definition: string;
  readonly platform: Platform;
  readonly options: BatchStepOptions;
}

/**
 * The request that starts a group: one job, or an array of jobs.
 * @throws MillraceError if it is too long for a container
 */
export function submission(group: JobGroup, place: SubmissionPlace): SubmitJobCommandInput {
  const { name, needs, tasks } = group;
  const isArray = tasks.length > 1;
  const request: SubmitJobCommandInput = {
    jobName: name,
    jobQueue: place.queue,
    jobDefinition: place.definition,
    containerOverrides: overridesOf(group, place.platform),
    parameters: parametersOf(group),
    tags: jobTags(parametersOf(group), place.options.tags),
    propagateTags: true,
    ...(isArray ? { arrayProperties: { size: tasks.length } } : {}),
    ...(needs.timeoutMs === null ? {} : { timeout: { attemptDurationSeconds: timeoutS(needs.timeoutMs) } }),
  };
  const whole = laidOver(request, place.options.overrides) as SubmitJobCommandInput;
  refuseTooLong(whole.containerOverrides ?? {}, group);
  return whole;
}

/** Finds a job again, whoever submitted it. */
function parametersOf({ run, user, needs, tasks }: JobGroup): Record<string, string> {
  const [first] = tasks;
  const task = tasks.length === 1 && first !== undefined ? { "millrace.task": String(first.task) } : {};
  return {
    "millrace.flow": run.flow,
    "millrace.run": run.run,
    "millrace.step": needs.step,
    "millrace.user": user,
    ...task,
  };
}

function overridesOf({ command, env, needs, tasks }: JobGroup, platform: Platform): ContainerOverrides {
  const { gpu, memoryMb } = needs;
  // Instances are shared by whole CPUs.
  const cpu = platform === "EC2" ? Math.max(1, Math.ceil(needs.cpu)) : needs.cpu;
  const index: Record<string, string> = tasks.length === 1 ? { [JOB_VARIABLES.index]: "0" } : {};
  return {
    command: [...command],
    environment: Object.entries({ ...gpuVariables(gpu), ...env, ...index }).map(([name, value]) => ({ name, value })),
    resourceRequirements: [
      { type: "VCPU", value: String(cpu) },
      { type: "MEMORY", value: String(Math.ceil(memoryMb)) },
      ...(gpu > 0 ? [{ type: "GPU" as const, value: String(gpu) }] : []),
    ],
  };
}

function timeoutS(timeoutMs: number): number {
  return Math.max(MIN_TIMEOUT_S, Math.ceil((timeoutMs + TIMEOUT_GRACE_MS) / 1000));
}

function refuseTooLong(overrides: ContainerOverrides, { needs }: JobGroup): void {
  const length = JSON.stringify(overrides).length;
  if (length <= MAX_OVERRIDES - RESERVED) return;
  const variables = (overrides.environment ?? [])
    .map(({ name = "", value = "" }) => ({ name, length: name.length + value.length }))
    .sort((one, other) => other.length - one.length)
    .slice(0, 3);
  throw new MillraceError({
    code: "MILLRACE_BATCH",
    headline: `Cannot start ${needs.step} on AWS Batch because its command and variables are too long: ${length} characters`,
    details: [
      `wanted: at most ${MAX_OVERRIDES - RESERVED} of the ${MAX_OVERRIDES} that AWS accepts; AWS adds some itself`,
      ...variables.map((variable) => `${variable.name}: ${variable.length} characters`),
    ],
    hint: "shorten the variables of @env and @batch({ overrides }); put large values into artifacts or files",
  });
}
