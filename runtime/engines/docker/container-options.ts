import type Docker from "dockerode";
import { knownOptions } from "../../../sdk/decorators/decorator-definition.ts";
import { DOCKER_OPTIONS } from "../../../sdk/decorators/docker.ts";
import type { RunSecrets } from "../../secrets/run-secrets.ts";
import type { ContainerPlaces } from "./container-places.ts";
import { mountsOf } from "./mounts-of.ts";
import { JOB_VARIABLES } from "../container/job-variables.ts";
import type { GpuPool } from "../gpus/gpu-pool.ts";
import { gpuVariables } from "../jobs/gpu-variables.ts";
import type { JobGroup, RunName } from "../jobs/job-service.ts";

export interface DockerSettings extends Omit<ContainerPlaces, "env"> {
  /** Containers at once where the user sets no limit. */
  readonly cores: number;
  /** See {@link CheckStepsOptions}. */
  readonly seesFiles: boolean;
  /** As whom containers write: the launcher's user and group; null where that has no meaning. */
  readonly user: string | null;
  /** This machine's, where the engine is this machine's; null leaves it to the engine which ones a container gets. */
  readonly gpus: GpuPool | null;
  readonly secrets: RunSecrets;
}

const MIB = 2 ** 20;

/** What one container gets beside what all of its step's do. */
interface Given {
  /** Something is handed over there. */
  readonly hasStdin: boolean;
  /** Its GPUs by their names; empty leaves it to the engine which ones. */
  readonly gpus: readonly string[];
}

export function containerOptions(
  group: JobGroup,
  { mounts, needsHostNetwork, user, groups = [] }: DockerSettings,
  { hasStdin, gpus }: Given,
): Docker.ContainerCreateOptions {
  const { needs, command, env } = group;
  const { gpu } = needs;
  const own = knownOptions(DOCKER_OPTIONS, needs.options);
  const all = [...mounts, ...mountsOf(own.mounts)];
  const variables = {
    HOME: "/tmp",
    ...gpuVariables(gpu),
    ...env,
    ...(hasStdin ? { [JOB_VARIABLES.handedOver]: "stdin" } : {}),
  };
  return {
    name: group.name,
    Image: needs.image,
    // Nothing of the image may stand before our command.
    Entrypoint: command.slice(0, 1),
    Cmd: command.slice(1),
    // It is closed once the launcher has said all, or is gone.
    ...(hasStdin ? { OpenStdin: true, StdinOnce: true, AttachStdin: true } : {}),
    Env: Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    Labels: jobLabels(group),
    ...(user === null ? {} : { User: user }),
    HostConfig: {
      ...(groups.length === 0 ? {} : { GroupAdd: groups.map(String) }),
      // PID 1 has no default signal handlers; Docker's own init does that work.
      Init: true,
      NanoCpus: Math.round(needs.cpu * 1e9),
      Memory: Math.ceil(needs.memoryMb * MIB),
      MemorySwap: Math.ceil(needs.memoryMb * MIB),
      ...(needs.sharedMemoryMb === null ? {} : { ShmSize: Math.ceil(needs.sharedMemoryMb * MIB) }),
      ...(gpu > 0 ? { DeviceRequests: [deviceRequest(gpu, gpus)] } : {}),
      NetworkMode: own.network ?? (needsHostNetwork ? "host" : "bridge"),
      Mounts: all.map(({ source, target, isReadOnly }) => ({
        Type: "bind" as const,
        Source: source,
        Target: target,
        ReadOnly: isReadOnly,
      })),
      // The output lies in the datastore; here it is kept for a container that dies.
      LogConfig: { Type: "json-file", Config: { "max-size": "1m" } },
    },
  };
}

function deviceRequest(gpu: number, ids: readonly string[]): Docker.DeviceRequest {
  const which = ids.length > 0 ? { DeviceIDs: [...ids] } : { Count: gpu };
  return { Driver: "", ...which, Capabilities: [["gpu"]] };
}

export const JOB_LABELS = {
  flow: "millrace.flow",
  run: "millrace.run",
  step: "millrace.step",
  task: "millrace.task",
  user: "millrace.user",
} as const;

function jobLabels({ run, needs, tasks, user }: JobGroup): Record<string, string> {
  const task = String(tasks[0]?.task ?? "");
  return {
    ...runLabels(run),
    [JOB_LABELS.step]: needs.step,
    [JOB_LABELS.task]: task,
    [JOB_LABELS.user]: user,
  };
}

/** Marks the containers of a run. */
export function runLabels({ flow, run }: RunName): Record<string, string> {
  return { [JOB_LABELS.flow]: flow, [JOB_LABELS.run]: run };
}
