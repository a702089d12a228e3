import type { ConfigOptions } from "../../../sdk/config.ts";
import type { IncludeFileOptions } from "../../../sdk/include-file.ts";
import { type AnyClass, fieldsOf } from "../../../sdk/base/metadata.ts";
import type { ParameterOptions } from "../../../sdk/parameter.ts";

/** A declared field together with the value of its initializer. */
export type FlowField =
  | { readonly kind: "parameter"; readonly name: string; readonly options: ParameterOptions; readonly initial: unknown }
  | {
      readonly kind: "includeFile";
      readonly name: string;
      readonly options: IncludeFileOptions;
      readonly initial: unknown;
    }
  | { readonly kind: "config"; readonly name: string; readonly options: ConfigOptions; readonly initial: unknown };

/** Parameters, included files and configuration of a flow. Builds one instance, to see the initializers' values. */
export function flowFields(Flow: AnyClass): readonly FlowField[] {
  const declared = [...fieldsOf(Flow).values()];
  if (declared.length === 0) return [];
  const instance = new (Flow as new () => Record<string, unknown>)();
  return declared.map(({ kind, name, options }) => ({ kind, name, options, initial: instance[name] }));
}

/** `learningRate` → `learning-rate`. */
export function flagName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase();
}
