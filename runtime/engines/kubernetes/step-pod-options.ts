import { knownOptions } from "../../../sdk/decorators/decorator-definition.ts";
import { KUBERNETES_OPTIONS } from "../../../sdk/decorators/kubernetes.ts";
import type { StepJob } from "../jobs/job-service.ts";
import type { KubernetesSettings } from "./kubernetes-settings.ts";

/** What a step says for Kubernetes alone, `@kubernetes` or the project's settings. */
export interface StepPodOptions {
  /** Null leaves it to the context. */
  readonly namespace: string | null;
  readonly serviceAccount: string | null;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Readonly<Record<string, unknown>>[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly secrets: readonly PodSecret[];
  readonly volumes: readonly PodVolume[];
  readonly tmpfsMb: number | null;
  readonly imagePullSecrets: readonly string[];
  readonly imagePullPolicy: string | null;
  readonly priorityClass: string | null;
  readonly gpuResource: string;
  readonly overrides: Readonly<Record<string, unknown>>;
}

export interface PodSecret {
  readonly name: string;
  /** The folder with a file for each key; null for variables. */
  readonly path: string | null;
}

export interface PodVolume {
  readonly kind: "claim" | "host";
  /** Name of a claim, or a folder of the node. */
  readonly source: string;
  readonly path: string;
  readonly isReadOnly: boolean;
}

export function stepPodOptions({ options }: Pick<StepJob, "options">, settings: KubernetesSettings): StepPodOptions {
  const own = knownOptions(KUBERNETES_OPTIONS, options);
  const common = settings.volume === null ? [] : [settings.volume];
  return {
    namespace: own.namespace ?? settings.namespace,
    serviceAccount: own.serviceAccount ?? settings.serviceAccount,
    nodeSelector: own.nodeSelector ?? {},
    tolerations: own.tolerations ?? [],
    labels: own.labels ?? {},
    annotations: own.annotations ?? {},
    secrets: (own.secrets ?? []).map(secretOf),
    volumes: [...new Set([...common, ...(own.volumes ?? [])])].map(volumeOf),
    tmpfsMb: own.tmpfs ?? null,
    imagePullSecrets: own.imagePullSecrets ?? [],
    imagePullPolicy: own.imagePullPolicy ?? null,
    priorityClass: own.priorityClass ?? null,
    gpuResource: own.gpuResource ?? "nvidia.com/gpu",
    overrides: own.overrides ?? {},
  };
}

/** `name` or `name:path`. */
function secretOf(given: string): PodSecret {
  const [name = "", path] = given.split(":");
  return { name, path: path ?? null };
}

/** `source`, `source:path` or `source:path:ro`. */
function volumeOf(given: string): PodVolume {
  const [source = "", path, mode] = given.split(":");
  const kind = source.startsWith("/") ? "host" : "claim";
  return { kind, source, path: path ?? (kind === "host" ? source : `/mnt/${source}`), isReadOnly: mode === "ro" };
}
