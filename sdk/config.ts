import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { FieldDecorator } from "./decorators/step-decorator.ts";
import { declareField } from "./declare-field.ts";

/** Options of {@link config}. */
export interface ConfigOptions {
  /** JSON file that holds the value, relative to the flow's file; `--config name file` names another. */
  readonly file?: string;
  /** Rules for the value: a schema of zod, valibot, arktype or any other Standard Schema. */
  readonly schema?: StandardSchemaV1;
}

/**
 * Makes a field a configuration: known before the graph is read, so decorators can be a function of it.
 *
 * @example
 * ```ts
 * class TrainFlow extends FlowSpec {
 *   @config({ file: "machine.json" }) machine = { gpus: 1 }; // --config machine other.json
 *
 *   @batch((configs) => ({ gpu: configs.machine.gpus }))
 *   @step start() {
 *     this.next(this.end);
 *   }
 *   @step end() {}
 * }
 * ```
 */
export function config(options: ConfigOptions = {}): FieldDecorator {
  return declareField("config", options);
}
