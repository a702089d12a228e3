import type { Refused } from "../base/refused.ts";
import { annotate } from "./annotate.ts";
import { define, type TableOf } from "./decorator-definition.ts";
import type { DecoratorPlace, OptionsOrFactory, StepOrClassDecorator } from "./step-decorator.ts";
import { listOption, textOption } from "./reader.ts";
import type { Need } from "./need.ts";
import { COMPUTE_OPTIONS, neededResources } from "./resources.ts";

/** Options of {@link docker}. */
export interface DockerOptions {
  /** Container image. */
  readonly image?: string;
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
  /** Network of the container: `"host"`, `"none"`, or the name of one. */
  readonly network?: string;
  /** Folders of this machine, `"/data:/mnt/data"` or `"/data:/mnt/data:ro"`. */
  readonly mounts?: readonly string[];
}

/**
 * Says what a step needs in a local container. `run --remote` starts one for it; a plain `run` executes it here.
 *
 * @example
 * ```ts
 * class TrainFlow extends FlowSpec {
 *   @docker({ image: "node:22", memory: 2000 })
 *   @step start() {
 *     this.next(this.end);
 *   }
 *   @step end() {}
 * }
 * ```
 */
export function docker(options?: OptionsOrFactory<DockerOptions>): StepOrClassDecorator;
/** @hidden The mistake of leaving out the parentheses. */
export function docker<Target>(
  target: Target,
  place: DecoratorPlace,
  descriptor?: unknown,
): Refused<"@docker needs parentheses: write @docker()">;
export function docker(...args: readonly unknown[]): unknown {
  return annotate("docker", args);
}

/** Also by which the engine reads what a job's papers say. */
export const DOCKER_OPTIONS = {
  image: textOption("the name of a container image"),
  ...COMPUTE_OPTIONS,
  network: textOption("the name of a network"),
  mounts: listOption(),
} satisfies TableOf<DockerOptions>;

export const dockerDefinition = define({
  name: "docker",
  options: DOCKER_OPTIONS,
  settings({ cpu, gpu, memory, ...options }) {
    return { resources: neededResources({ cpu, gpu, memory }), engine: { name: "docker", options } };
  },
});
