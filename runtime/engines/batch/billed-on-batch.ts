import type { Bill, BilledTask } from "../engine.ts";
import { fargateSize } from "./findings-on-fargate.ts";

/** Fargate is paid by the second, from the first minute on. */
const LEAST_ON_FARGATE_MS = 60_000;

/**
 * On Fargate a task is paid for the size that it gets, on EC2 for whole processors. Where the step leaves the platform to its queue, what it asks for
 * is one of those sizes already if that queue is on Fargate: else the run is refused.
 */
export function billedOnBatch({ options, cpu, memoryMb, gpu }: BilledTask): Bill {
  if (options["platform"] === "ec2") return { cpu: Math.ceil(cpu), memoryMb, gpu, leastMs: 0 };
  if (options["platform"] !== "fargate") return { cpu, memoryMb, gpu, leastMs: 0 };
  return { ...(fargateSize({ cpu, memoryMb }) ?? { cpu, memoryMb }), gpu, leastMs: LEAST_ON_FARGATE_MS };
}
