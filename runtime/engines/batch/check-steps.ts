import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { StepJob } from "../jobs/job-service.ts";
import type { BatchSettings } from "./batch-settings.ts";
import { refuseQueue } from "./refuse-queue.ts";
import { batchError } from "./batch-error.ts";
import { findingsOnFargate } from "./findings-on-fargate.ts";
import type { KnownQueue, Queues } from "./queues.ts";
import { type BatchStepOptions, stepOptions } from "./step-options.ts";
import { appendAll } from "../../../sdk/base/append-all.ts";

interface CheckOptions {
  readonly settings: BatchSettings;
  readonly queues: Queues;
  warning(text: string): void;
}

interface CheckedStep {
  readonly needs: StepJob;
  readonly options: BatchStepOptions;
}

/**
 * Refuses what Batch could never run, all of it at once.
 * @throws MillraceError
 */
export async function checkSteps(
  steps: readonly StepJob[],
  { settings, queues, warning }: CheckOptions,
): Promise<void> {
  const checked = steps.map((needs) => ({ needs, options: stepOptions(needs, settings) }));
  refuseWithoutQueue(checked);
  const findings: string[] = [];
  try {
    for (const name of new Set(checked.map(({ options }) => options.queue ?? ""))) {
      const queue = await queues.find(name);
      refuseQueue(name, queue, queue === null ? await queues.names() : []);
      const there = checked.filter(({ options }) => options.queue === name);
      appendAll(
        findings,
        there.flatMap((step) => findingsOf(step, queue, warning)),
      );
    }
  } catch (error) {
    throw batchError(error, "run steps");
  }
  if (findings.length === 0) return;
  throw new MillraceError({
    code: "MILLRACE_BATCH",
    headline: `Cannot run on AWS Batch because its queue cannot give what ${findings.length === 1 ? "a step asks" : "steps ask"} for`,
    details: [...new Set(findings)],
    hint: "change what @batch or @resources asks for, or name another queue: @batch({ queue })",
  });
}

function refuseWithoutQueue(steps: readonly CheckedStep[]): void {
  const lacking = steps.filter(({ options }) => options.queue === null);
  if (lacking.length === 0) return;
  throw new MillraceError({
    code: "MILLRACE_BATCH",
    headline: "Cannot use AWS Batch because no job queue is named",
    details: [
      `steps: ${[...new Set(lacking.map(({ needs }) => needs.step))].join(", ")}`,
      'wanted: MILLRACE_BATCH_QUEUE, "batchQueue" in millrace.config.json, or @batch({ queue })',
    ],
    hint: "`millrace configure aws` finds the queue and saves it",
  });
}

const MIN_MEMORY_MB = 4;

function findingsOf(
  { needs, options }: CheckedStep,
  queue: KnownQueue | null,
  warning: CheckOptions["warning"],
): string[] {
  const platform = options.platform ?? queue?.platform ?? "EC2";
  const findings =
    platform === "FARGATE"
      ? findingsOnFargate(needs, options)
      : needs.memoryMb < MIN_MEMORY_MB
        ? [`memory: ${needs.memoryMb}; at least ${MIN_MEMORY_MB} MB`]
        : [];
  if (platform === "EC2" && needs.diskMb !== null)
    warning(`${needs.step} asks for ${needs.diskMb} MB of disk: on EC2 it gets the disk that its machine has`);
  return findings.map((finding) => `${needs.step}: ${finding}`);
}
