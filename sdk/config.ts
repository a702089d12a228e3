import type { Refused } from "./base/refused.ts";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { DecoratorPlace, FieldDecorator } from "./decorators/step-decorator.ts";
import { declareField, type FieldOptionNames } from "./declare-field.ts";

/** Options of {@link config}. */
export interface ConfigOptions {
  /**
   * File that holds the value in place of the initializer's, relative to the flow's file: `.json`, `.yaml`, `.yml` or
   * `.toml`. It has to be there, unless `--config name file` names another or `--config-value name json` gives the value.
   */
  readonly file?: string;
  /** Makes the value of a file's text, for files in another format; then it reads those of `--config` as well. */
  readonly parser?: (text: string) => unknown;
  /** Rules for the value: a schema of zod, valibot, arktype or any other Standard Schema. */
  readonly schema?: StandardSchemaV1;
}

/**
 * Makes a field a configuration: known before the graph is read, so decorators can be a function of it.
 *
 * @example
 * ```ts
 * class TrainFlow extends FlowSpec {
 *   @config({ file: "machine.yaml" }) machine = { gpus: 1 }; // --config machine other.toml
 *   @parameter() shards = this.machine.gpus * 4; // follows the configuration
 *
 *   @batch((configs) => ({ gpu: configs.machine.gpus }))
 *   @step start() {
 *     this.next(this.end);
 *   }
 *   @step end() {}
 * }
 * ```
 */
export function config(): FieldDecorator;
export function config(options: ConfigOptions): FieldDecorator;
/** @hidden The mistake of leaving out the parentheses. */
export function config<Target>(
  target: Target,
  place: DecoratorPlace,
): Refused<"@config needs parentheses: write @config()">;
export function config(options: object = {}): unknown {
  return declareField("config", { options, known: OPTIONS });
}

const OPTIONS: FieldOptionNames<ConfigOptions> = { file: true, parser: true, schema: true };
