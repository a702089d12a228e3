import type { Refused } from "../base/refused.ts";
import { annotate } from "./annotate.ts";
import { define, type TableOf } from "./decorator-definition.ts";
import type { DecoratorPlace, OptionsOrFactory, StepOrClassDecorator } from "./step-decorator.ts";
import { choiceOption, listOption, needOption, numberOption, objectOption, textOption, textsOption } from "./reader.ts";
import type { Need } from "./need.ts";
import { COMPUTE_OPTIONS, neededResources } from "./resources.ts";

/** Options of {@link batch}. */
export interface BatchOptions {
  /**
   * Virtual CPUs.
   * @defaultValue 1
   */
  readonly cpu?: Need;
  /**
   * GPUs.
   * @defaultValue 0
   */
  readonly gpu?: Need;
  /**
   * Memory in MB.
   * @defaultValue 4096
   */
  readonly memory?: Need;
  /** Container image. */
  readonly image?: string;
  /** Name or ARN of the job queue. */
  readonly queue?: string;
  /** ARN of the role that the task itself has. */
  readonly jobRole?: string;
  /** ARN of the role that starts the container. */
  readonly executionRole?: string;
  /** Shared memory (`/dev/shm`) in MB. */
  readonly sharedMemory?: Need;
  /** A file system in memory: its size in MB. */
  readonly tmpfs?: number;
  /** Elastic Fabric Adapter devices. */
  readonly efa?: number;
  /** Folders of the host, `"/data"` or `"/data:/mnt/data"`. */
  readonly hostVolumes?: readonly string[];
  /** File systems on EFS, `"fs-0123"` or `"fs-0123:/mnt/shared"`. */
  readonly efsVolumes?: readonly string[];
  /** Tags of the job. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Where the queue's compute environment runs containers. */
  readonly platform?: "ec2" | "fargate";
  /** Raw fields laid over the job request, for what has no option here. */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

/**
 * Says what a step needs on AWS Batch. `run --remote` sends the step there; a plain `run` executes it here.
 *
 * @example
 * ```ts
 * class TrainFlow extends FlowSpec {
 *   @batch({ gpu: 2, memory: 16_000 })
 *   @step start() {
 *     this.next(this.end);
 *   }
 *   @step end() {}
 * }
 * ```
 */
export function batch(options?: OptionsOrFactory<BatchOptions>): StepOrClassDecorator;
/** @hidden The mistake of leaving out the parentheses. */
export function batch<Target>(
  target: Target,
  place: DecoratorPlace,
  descriptor?: unknown,
): Refused<"@batch needs parentheses: write @batch()">;
export function batch(...args: readonly unknown[]): unknown {
  return annotate("batch", args);
}

/** Also by which the engine reads what a job's papers say. */
export const BATCH_OPTIONS = {
  ...COMPUTE_OPTIONS,
  image: textOption("the name of a container image"),
  queue: textOption("the name or ARN of a job queue"),
  jobRole: textOption("the ARN of a role"),
  executionRole: textOption("the ARN of a role"),
  sharedMemory: needOption({ min: 0 }),
  tmpfs: numberOption({ min: 1 }),
  efa: numberOption({ min: 0, isWhole: true }),
  hostVolumes: listOption(),
  efsVolumes: listOption(),
  tags: textsOption(),
  platform: choiceOption(["ec2", "fargate"]),
  overrides: objectOption(),
} satisfies TableOf<BatchOptions>;

export const batchDefinition = define({
  name: "batch",
  options: BATCH_OPTIONS,
  settings({ cpu, gpu, memory, sharedMemory, ...options }) {
    return {
      resources: neededResources({ cpu, gpu, memory, sharedMemory }),
      engine: { name: "batch", options },
    };
  },
});
