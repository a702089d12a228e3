import type { FlowData } from "../inputs.ts";
import type { GivenTrigger } from "./given-trigger.ts";
import type { RunParameters } from "./run-parameters.ts";

/** What a step finds when {@link testStep} calls it. */
export interface StepTestOptions<Flow> {
  /** What earlier steps left: fields of the flow. Other names are artifacts too, as they are in a run. */
  readonly artifacts?: Partial<FlowData<Flow>> & Readonly<Record<string, unknown>>;
  /** Checked like those of a run. @defaultValue the parameters' own defaults */
  readonly parameters?: RunParameters<Flow>;
  /** Values of `@config` fields. @defaultValue the fields' own */
  readonly config?: Readonly<Record<string, unknown>>;
  /** The item of the innermost foreach around the step. */
  readonly input?: unknown;
  /** The item's place in its foreach, or the node's in its gang. @defaultValue 0 */
  readonly index?: number;
  /** The foreaches around the step, outermost first, where `input` alone does not say enough. */
  readonly foreachStack?: readonly ForeachItem[];
  /**
   * For a join: the artifacts of each path, in split order or by the name of the step that leads here. In an array a
   * path has a name only where all come from one step.
   */
  readonly inputs?: readonly object[] | Readonly<Record<string, object>>;
  /** From 0. @defaultValue 0 */
  readonly attempt?: number;
  /** What it finds as `current.trigger`. @defaultValue null */
  readonly trigger?: GivenTrigger;
  /** Environment variables while the step runs, over those of its `@env`. */
  readonly env?: Readonly<Record<string, string>>;
}

/** One level of the foreaches around a step. */
export interface ForeachItem {
  /** The item. */
  readonly input: unknown;
  /** @defaultValue 0 */
  readonly index?: number;
  /** Items of that foreach. @defaultValue one more than `index` */
  readonly size?: number;
}
