import { createHash } from "node:crypto";
import type {
  ContainerProperties,
  LinuxParameters,
  MountPoint,
  RegisterJobDefinitionCommandInput,
  Volume as BatchVolume,
} from "@aws-sdk/client-batch";
import type { StepJob } from "../jobs/job-service.ts";
import { fargateDiskGib } from "./findings-on-fargate.ts";
import type { Platform, BatchStepOptions, Volume } from "./step-options.ts";

/** Where a step finds its file system in memory. */
const TMPFS_PATH = "/mnt/tmpfs";

export type JobDefinition = RegisterJobDefinitionCommandInput & { readonly jobDefinitionName: string };

/**
 * All that Batch wants to know beforehand, under a name made of its content: the same content is one definition, whoever
 * needs it and in whatever run. What changes from step to step, as cpu, memory and command, goes with each job.
 */
export function jobDefinition(
  needs: StepJob,
  { options, platform }: { options: BatchStepOptions; platform: Platform },
): JobDefinition {
  const content = {
    type: "container",
    platformCapabilities: [platform],
    containerProperties: containerOf(needs, { options, platform }),
    // A further attempt is a job of its own: the scheduler counts and delays them.
    retryStrategy: { attempts: 1 },
    propagateTags: true,
  } satisfies Omit<RegisterJobDefinitionCommandInput, "jobDefinitionName">;
  const hash = createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 40);
  return { jobDefinitionName: `millrace-${hash}`, ...content };
}

function containerOf(
  needs: StepJob,
  { options, platform }: { options: BatchStepOptions; platform: Platform },
): ContainerProperties {
  const { jobRole, executionRole } = options;
  const isFargate = platform === "FARGATE";
  const linux = isFargate ? null : linuxOf(needs, options);
  return {
    image: needs.image,
    // Wanted in a definition; each job says what it really needs.
    resourceRequirements: [
      { type: "VCPU", value: "1" },
      { type: "MEMORY", value: "2048" },
    ],
    ...(jobRole === null ? {} : { jobRoleArn: jobRole }),
    ...(executionRole === null ? {} : { executionRoleArn: executionRole }),
    ...(linux === null ? {} : { linuxParameters: linux }),
    ...volumesOf(options.volumes),
    ...(isFargate ? fargateOf(needs) : {}),
  };
}

function linuxOf({ sharedMemoryMb }: StepJob, { tmpfsMb, efaCount }: BatchStepOptions): LinuxParameters | null {
  const devices = Array.from({ length: efaCount }, (_, index) => {
    const device = `/dev/infiniband/uverbs${index}`;
    return {
      hostPath: device,
      containerPath: device,
      permissions: ["READ" as const, "WRITE" as const, "MKNOD" as const],
    };
  });
  const parameters: LinuxParameters = {
    ...(sharedMemoryMb === null || sharedMemoryMb === 0 ? {} : { sharedMemorySize: Math.ceil(sharedMemoryMb) }),
    ...(tmpfsMb === null ? {} : { tmpfs: [{ containerPath: TMPFS_PATH, size: Math.ceil(tmpfsMb) }] }),
    ...(devices.length === 0 ? {} : { devices }),
  };
  return Object.keys(parameters).length === 0 ? null : parameters;
}

function volumesOf(all: readonly Volume[]): Pick<ContainerProperties, "volumes" | "mountPoints"> {
  if (all.length === 0) return {};
  const volumes: BatchVolume[] = [];
  const mountPoints: MountPoint[] = [];
  for (const [index, { kind, source, path, isReadOnly }] of all.entries()) {
    const name = `volume-${index}`;
    const place =
      kind === "host"
        ? { host: { sourcePath: source } }
        : { efsVolumeConfiguration: { fileSystemId: source, transitEncryption: "ENABLED" as const } };
    volumes.push({ name, ...place });
    mountPoints.push({ sourceVolume: name, containerPath: path, readOnly: isReadOnly });
  }
  return { volumes, mountPoints };
}

function fargateOf({ diskMb }: StepJob): Partial<ContainerProperties> {
  const sizeInGiB = diskMb === null ? null : fargateDiskGib(diskMb);
  return {
    networkConfiguration: { assignPublicIp: "ENABLED" },
    fargatePlatformConfiguration: { platformVersion: "LATEST" },
    ...(sizeInGiB === null ? {} : { ephemeralStorage: { sizeInGiB } }),
  };
}
