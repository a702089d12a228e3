import type { Refused } from "../base/refused.ts";
import { annotate } from "./annotate.ts";
import { define, type PartialNeeds } from "./decorator-definition.ts";
import type { DecoratorPlace, OptionsOrFactory, StepOrClassDecorator } from "./step-decorator.ts";
import type { Need } from "./need.ts";
import { needOption } from "./reader.ts";

/** Options of {@link resources}; what is not named is left to the engine and its own decorator. */
export interface ResourcesOptions {
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
  /** Disk in MB. */
  readonly disk?: Need;
  /** Shared memory (`/dev/shm`) in MB. */
  readonly sharedMemory?: Need;
}

/**
 * Says what a step needs, whatever engine runs it; merged with the engine's own decorator by maximum. A need may depend on
 * the attempt: a task that ran out of memory gets more when `@retry` runs it again.
 *
 * @example
 * ```ts
 * class TrainFlow extends FlowSpec {
 *   @resources({ cpu: 4, memory: 16_000 })
 *   @step start() {
 *     this.next(this.evaluate);
 *   }
 *   @retry({ times: 2 })
 *   @resources({ memory: ({ attempt }) => 4000 * 2 ** attempt })
 *   @step evaluate() {
 *     this.next(this.end);
 *   }
 *   @step end() {}
 * }
 * ```
 */
export function resources(options: OptionsOrFactory<ResourcesOptions>): StepOrClassDecorator;
/** @hidden The mistake of leaving out the parentheses. */
export function resources<Target>(
  target: Target,
  place: DecoratorPlace,
  descriptor?: unknown,
): Refused<"@resources needs parentheses: write @resources()">;
export function resources(...args: readonly unknown[]): unknown {
  return annotate("resources", args);
}

/** Options that every decorator shares which says what a step needs. */
export const COMPUTE_OPTIONS = {
  cpu: needOption({ min: 0.01 }),
  gpu: needOption({ min: 0, isWhole: true }),
  memory: needOption({ min: 1 }),
};

export const resourcesDefinition = define({
  name: "resources",
  options: { ...COMPUTE_OPTIONS, disk: needOption({ min: 1 }), sharedMemory: needOption({ min: 0 }) },
  settings: (options) => ({ resources: neededResources(options) }),
  lay: (over, under) => ({ resources: { ...under.resources, ...over.resources } }),
});

/** The resources that the options name, in the units of the settings. */
export function neededResources(options: Needed): PartialNeeds {
  return {
    ...(options.cpu === undefined ? {} : { cpu: options.cpu }),
    ...(options.gpu === undefined ? {} : { gpu: options.gpu }),
    ...(options.memory === undefined ? {} : { memoryMb: options.memory }),
    ...(options.disk === undefined ? {} : { diskMb: options.disk }),
    ...(options.sharedMemory === undefined ? {} : { sharedMemoryMb: options.sharedMemory }),
  };
}

type Needed = { readonly [Name in keyof ResourcesOptions]?: Need | undefined };
