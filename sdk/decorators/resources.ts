import type { Needs } from "../base/step-settings.ts";
import type { Refused } from "../base/refused.ts";
import { annotate } from "./annotate.ts";
import { define } from "./decorator-definition.ts";
import type { DecoratorPlace, OptionsOrFactory, StepOrClassDecorator } from "./step-decorator.ts";
import { numberOption } from "./reader.ts";

/** Options of {@link resources}; what is not named is left to the engine and its own decorator. */
export interface ResourcesOptions {
  /**
   * Virtual CPUs.
   * @defaultValue 1
   */
  readonly cpu?: number;
  /**
   * GPUs.
   * @defaultValue 0
   */
  readonly gpu?: number;
  /**
   * Memory in MB.
   * @defaultValue 4096
   */
  readonly memory?: number;
  /** Disk in MB. */
  readonly disk?: number;
  /** Shared memory (`/dev/shm`) in MB. */
  readonly sharedMemory?: number;
}

/**
 * Says what a step needs, whatever engine runs it; merged with the engine's own decorator by maximum.
 *
 * @example
 * ```ts
 * class TrainFlow extends FlowSpec {
 *   @resources({ cpu: 4, memory: 16_000 })
 *   @step start() {
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
  cpu: numberOption({ min: 0.01 }),
  gpu: numberOption({ min: 0, isWhole: true }),
  memory: numberOption({ min: 1 }),
};

export const resourcesDefinition = define({
  name: "resources",
  options: { ...COMPUTE_OPTIONS, disk: numberOption({ min: 1 }), sharedMemory: numberOption({ min: 0 }) },
  settings: (options) => ({ resources: neededResources(options) }),
  lay: (over, under) => ({ resources: { ...under.resources, ...over.resources } }),
});

/** The resources that the options name, in the units of the settings. */
export function neededResources(options: Needed): Partial<Needs> {
  return {
    ...(options.cpu === undefined ? {} : { cpu: options.cpu }),
    ...(options.gpu === undefined ? {} : { gpu: options.gpu }),
    ...(options.memory === undefined ? {} : { memoryMb: options.memory }),
    ...(options.disk === undefined ? {} : { diskMb: options.disk }),
    ...(options.sharedMemory === undefined ? {} : { sharedMemoryMb: options.sharedMemory }),
  };
}

type Needed = { readonly [Name in keyof ResourcesOptions]?: number | undefined };
