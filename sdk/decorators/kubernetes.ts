import type { Refused } from "../base/refused.ts";
import { annotate } from "./annotate.ts";
import { define, type TableOf } from "./decorator-definition.ts";
import type { Need } from "./need.ts";
import type { DecoratorPlace, OptionsOrFactory, StepOrClassDecorator } from "./step-decorator.ts";
import {
  choiceOption,
  listOption,
  needOption,
  numberOption,
  objectOption,
  objectsOption,
  textOption,
  textsOption,
} from "./reader.ts";
import { COMPUTE_OPTIONS, neededResources } from "./resources.ts";

/** Options of {@link kubernetes}. */
export interface KubernetesOptions {
  /**
   * Virtual CPUs, which the pod requests.
   * @defaultValue 1
   */
  readonly cpu?: Need;
  /**
   * GPUs.
   * @defaultValue 0
   */
  readonly gpu?: Need;
  /**
   * Memory in MB, which the pod requests and may not exceed.
   * @defaultValue 4096
   */
  readonly memory?: Need;
  /** Ephemeral storage in MB. */
  readonly disk?: Need;
  /** Container image. */
  readonly image?: string;
  /** Namespace of the job. */
  readonly namespace?: string;
  /** The service account that the task itself has. */
  readonly serviceAccount?: string;
  /** Labels that a node must have. */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** Taints of nodes that the pod tolerates, as in a pod's spec: `{ key: "gpu", operator: "Exists" }`. */
  readonly tolerations?: readonly Readonly<Record<string, unknown>>[];
  /** Labels of job and pods. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Annotations of job and pods. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Names of Kubernetes Secrets: `"db"` gives its keys as variables, `"db:/run/secrets/db"` as files in that folder. */
  readonly secrets?: readonly string[];
  /** Persistent volume claims, `"data:/mnt/data"`, or folders of the node, `"/data:/mnt/data"`; `:ro` behind it mounts for reading. */
  readonly volumes?: readonly string[];
  /** Shared memory (`/dev/shm`) in MB. */
  readonly sharedMemory?: Need;
  /** A file system in memory at `/mnt/tmpfs`: its size in MB. */
  readonly tmpfs?: number;
  /** Names of Secrets with which images are pulled. */
  readonly imagePullSecrets?: readonly string[];
  /** When the image is pulled. */
  readonly imagePullPolicy?: "Always" | "IfNotPresent" | "Never";
  /** Name of the pod's priority class. */
  readonly priorityClass?: string;
  /**
   * What the cluster calls its GPUs.
   * @defaultValue "nvidia.com/gpu"
   */
  readonly gpuResource?: string;
  /** Raw fields laid over the Job object, for what has no option here. */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

/**
 * Says what a step needs on Kubernetes. `run --remote` sends the step there; a plain `run` executes it here.
 *
 * @example
 * ```ts
 * class TrainFlow extends FlowSpec {
 *   @kubernetes({ gpu: 1, memory: 16_000, nodeSelector: { pool: "gpu" } })
 *   @step start() {
 *     this.next(this.end);
 *   }
 *   @step end() {}
 * }
 * ```
 */
export function kubernetes(options?: OptionsOrFactory<KubernetesOptions>): StepOrClassDecorator;
/** @hidden The mistake of leaving out the parentheses. */
export function kubernetes<Target>(
  target: Target,
  place: DecoratorPlace,
  descriptor?: unknown,
): Refused<"@kubernetes needs parentheses: write @kubernetes()">;
export function kubernetes(...args: readonly unknown[]): unknown {
  return annotate("kubernetes", args);
}

/** Also by which the engine reads what a job's papers say. */
export const KUBERNETES_OPTIONS = {
  ...COMPUTE_OPTIONS,
  disk: needOption({ min: 1 }),
  image: textOption("the name of a container image"),
  namespace: textOption("the name of a namespace"),
  serviceAccount: textOption("the name of a service account"),
  nodeSelector: textsOption(),
  tolerations: objectsOption(),
  labels: textsOption(),
  annotations: textsOption(),
  secrets: listOption(),
  volumes: listOption(),
  sharedMemory: needOption({ min: 0 }),
  tmpfs: numberOption({ min: 1 }),
  imagePullSecrets: listOption(),
  imagePullPolicy: choiceOption(["Always", "IfNotPresent", "Never"]),
  priorityClass: textOption("the name of a priority class"),
  gpuResource: textOption('the name of a resource, as "nvidia.com/gpu"'),
  overrides: objectOption(),
} satisfies TableOf<KubernetesOptions>;

export const kubernetesDefinition = define({
  name: "kubernetes",
  options: KUBERNETES_OPTIONS,
  settings({ cpu, gpu, memory, disk, sharedMemory, ...options }) {
    return {
      resources: neededResources({ cpu, gpu, memory, disk, sharedMemory }),
      engine: { name: "kubernetes", options },
    };
  },
});
