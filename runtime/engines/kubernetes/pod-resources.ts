import type { StepJob } from "../jobs/job-service.ts";
import type { StepPodOptions } from "./step-pod-options.ts";

const TMPFS_PATH = "/mnt/tmpfs";

export interface PodResources {
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
}

/** What the container of a task asks for, and what it may take. */
export function podResources(needs: StepJob, { gpuResource }: StepPodOptions): PodResources {
  const { cpu, memoryMb, diskMb, gpu } = needs;
  const memory = `${Math.ceil(memoryMb)}Mi`;
  const disk = diskMb === null ? {} : { "ephemeral-storage": `${Math.ceil(diskMb)}Mi` };
  const gpus = gpu === 0 ? {} : { [gpuResource]: String(gpu) };
  // A limit of CPU would only slow a task down where the node has time to spare.
  return {
    requests: { cpu: `${Math.ceil(cpu * 1000)}m`, memory, ...disk, ...gpus },
    limits: { memory, ...disk, ...gpus },
  };
}

/** The volumes of a task's pod, and where its container has them. */
export function podStorage(needs: StepJob, options: StepPodOptions): { volumes: object[]; mounts: object[] } {
  const volumes: object[] = [];
  const mounts: object[] = [];
  const add = (name: string, volume: object, mount: object) => {
    volumes.push({ name, ...volume });
    mounts.push({ name, ...mount });
  };
  const inMemory = (mb: number) => ({ emptyDir: { medium: "Memory", sizeLimit: `${Math.ceil(mb)}Mi` } });
  for (const [index, { kind, source, path, isReadOnly }] of options.volumes.entries()) {
    const place = kind === "claim" ? { persistentVolumeClaim: { claimName: source } } : { hostPath: { path: source } };
    add(`volume-${index}`, place, { mountPath: path, ...(isReadOnly ? { readOnly: true } : {}) });
  }
  for (const [index, { name: secretName, path }] of options.secrets.entries())
    if (path !== null) add(`secret-${index}`, { secret: { secretName } }, { mountPath: path, readOnly: true });
  if ((needs.sharedMemoryMb ?? 0) > 0)
    add("shared-memory", inMemory(needs.sharedMemoryMb ?? 0), { mountPath: "/dev/shm" });
  if (options.tmpfsMb !== null) add("tmpfs", inMemory(options.tmpfsMb), { mountPath: TMPFS_PATH });
  return { volumes, mounts };
}
