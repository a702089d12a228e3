import type { StepJob } from "../jobs/job-service.ts";
import type { BatchStepOptions } from "./step-options.ts";
import { appendAll } from "../../../sdk/base/append-all.ts";

const GIB_MB = 1024;
/** Without asking there are 20 GiB; what is asked for must be more. */
const MIN_DISK_GIB = 21;
const MAX_DISK_GIB = 200;

/** Memory in MB that goes with so many virtual CPUs: from, to, in steps of. */
const SIZES: readonly { readonly cpu: number; readonly from: number; readonly to: number; readonly step: number }[] = [
  { cpu: 0.25, from: 512, to: 1024, step: 512 },
  { cpu: 0.25, from: 2048, to: 2048, step: 1024 },
  { cpu: 0.5, from: 1024, to: 4096, step: 1024 },
  { cpu: 1, from: 2048, to: 8192, step: 1024 },
  { cpu: 2, from: 4096, to: 16_384, step: 1024 },
  { cpu: 4, from: 8192, to: 30_720, step: 1024 },
  { cpu: 8, from: 16_384, to: 61_440, step: 4096 },
  { cpu: 16, from: 32_768, to: 122_880, step: 8192 },
];

/** What Fargate cannot give this step, each with what to do. */
export function findingsOnFargate(needs: StepJob, options: BatchStepOptions): string[] {
  const findings: string[] = [];
  if (needs.gpu > 0) findings.push(`gpu: ${needs.gpu}; Fargate has no GPUs: use a queue on EC2 instances`);
  appendAll(findings, sizeFinding(needs));
  if (options.executionRole === null)
    findings.push(
      "executionRole: none; Fargate needs one: set it in @batch, MILLRACE_BATCH_EXECUTION_ROLE or millrace.config.json",
    );
  if ((needs.sharedMemoryMb ?? 0) > 0) findings.push(`sharedMemory: ${needs.sharedMemoryMb}; only EC2 can change it`);
  if (options.tmpfsMb !== null) findings.push(`tmpfs: ${options.tmpfsMb}; only EC2 has it`);
  if (options.efaCount > 0) findings.push(`efa: ${options.efaCount}; only EC2 has such devices`);
  const host = options.volumes.find(({ kind }) => kind === "host");
  if (host !== undefined)
    findings.push(`hostVolumes: ${host.source}; Fargate has no host to mount from: use efsVolumes`);
  if (needs.diskMb !== null && needs.diskMb > MAX_DISK_GIB * GIB_MB)
    findings.push(`disk: ${needs.diskMb} MB; Fargate gives at most ${MAX_DISK_GIB} GiB`);
  return findings;
}

/** Null where what is there anyway is enough. */
export function fargateDiskGib(diskMb: number): number | null {
  const gib = Math.ceil(diskMb / GIB_MB);
  return gib < MIN_DISK_GIB ? null : gib;
}

/** The smallest size of Fargate's that is enough; null where none is. */
export function fargateSize(needs: Pick<StepJob, "cpu" | "memoryMb">): Pick<StepJob, "cpu" | "memoryMb"> | null {
  const enough = SIZES.find((size) => size.cpu >= needs.cpu && size.to >= needs.memoryMb);
  if (enough === undefined) return null;
  const { cpu, from, step } = enough;
  return { cpu, memoryMb: from + Math.max(0, Math.ceil((needs.memoryMb - from) / step)) * step };
}

function sizeFinding({ cpu, memoryMb }: StepJob): string[] {
  const size = fargateSize({ cpu, memoryMb });
  if (size === null) return [`cpu: ${cpu}, memory: ${memoryMb}; Fargate's largest task has cpu: 16, memory: 122880`];
  if (size.cpu === cpu && size.memoryMb === memoryMb) return [];
  return [
    `cpu: ${cpu}, memory: ${memoryMb}; Fargate has no task of that size, the next is cpu: ${size.cpu}, memory: ${size.memoryMb}`,
  ];
}
